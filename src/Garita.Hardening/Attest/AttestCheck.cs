using System.Globalization;
using Garita.Hardening.Host;

namespace Garita.Hardening.Attest;

/// <summary>Whether a statement about the place is signed, and not longer than a year ago.</summary>
/// <param name="item">The statement.</param>
public sealed class AttestCheck(AttestItem item) : Check
{
    internal const string Prefix = "attest-";

    /// <summary>One for each statement.</summary>
    public static IReadOnlyList<Check> All { get; } = [.. AttestItem.All.Select(static item => new AttestCheck(item))];

    /// <inheritdoc/>
    public override string Id => Prefix + item.Id;

    /// <inheritdoc/>
    public override Measure Measure => Measure.Physical;

    /// <inheritdoc/>
    public override string Title => item.Statement;

    /// <inheritdoc/>
    public override string Why => item.Why;

    /// <inheritdoc/>
    public override IReadOnlyList<string> References => item.References;

    /// <inheritdoc/>
    public override string Expected => "signed by name within a year";

    /// <inheritdoc/>
    public override string Mend => $"{item.Mend}; then: garita harden attest sign {item.Id} --by NAME";

    /// <inheritdoc/>
    public override Finding Look(View host) => Judge(AttestFile.Read(host).GetValueOrDefault(item.Id), DateOnly.FromDateTime(host.Now.UtcDateTime));

    /// <summary>What a signature is worth on a day.</summary>
    /// <param name="signed">The signature, or null.</param>
    /// <param name="today">The day (UTC).</param>
    public static Finding Judge(Attestation? signed, DateOnly today)
    {
        if (signed is null)
            return Finding.Fail("nobody signed it");
        var who = string.Create(CultureInfo.InvariantCulture, $"signed by {signed.By} on {signed.Date:yyyy-MM-dd}");
        // A day more: whoever signs may be ahead of UTC.
        if (signed.Date > today.AddDays(1))
            return Finding.Fail($"{who}, which is yet to come");
        return today >= signed.Ends
            ? Finding.Fail($"{who}, more than a year ago")
            : Finding.Pass(string.Create(CultureInfo.InvariantCulture, $"{who}, counts until {signed.Ends.AddDays(-1):yyyy-MM-dd}"));
    }
}
