using Garita.Hardening.Attest;

namespace Garita.Hardening.Tests.Attest;

internal static class AttestCases
{
    public static IReadOnlyList<CheckCase> All { get; } =
    [
        .. AttestItem.All.Select(static item => new CheckCase(
            new AttestCheck(item),
            root => root.File("/var/lib/garita/attest.toml", Signed(item.Id, new DateOnly(2026, 2, 14)), mode: 0x180 /* 0600 */),
            root => root.Folder("/var/lib/garita"))),
    ];

    private static string Signed(string id, DateOnly date) => AttestFile.Text(new Dictionary<string, Attestation>(StringComparer.Ordinal) { [id] = new("Anna", date, "") });
}
