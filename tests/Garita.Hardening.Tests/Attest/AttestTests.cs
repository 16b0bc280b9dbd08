using System.Globalization;
using CsCheck;
using Garita.Hardening.Attest;
using Garita.Hardening.Host;
using Garita.Testing;
using Xunit;

namespace Garita.Hardening.Tests.Attest;

public sealed class AttestTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-attest-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("2026-03-01", Outcome.Pass)] // the clock of the test stands here
    [InlineData("2026-03-02", Outcome.Pass)] // already, east of Greenwich
    [InlineData("2026-03-03", Outcome.Fail)]
    [InlineData("2025-03-02", Outcome.Pass)]
    [InlineData("2025-03-01", Outcome.Fail)]
    [InlineData("1999-01-01", Outcome.Fail)]
    public void A_signature_counts_for_a_year(string date, Outcome expected)
    {
        var root = new PreparedRoot().File("/srv/data/attest.toml", $"[locked-room]\nby = \"Anna\"\ndate = {date}\n");
        var view = new View(root, new HostFacts(root, Roles.Gateway) { DataFolder = "/srv/data", Time = new ManualTime() });
        var finding = new AttestCheck(AttestItem.Find("locked-room")!).Look(view);
        Assert.Equal(expected, finding.Outcome);
        Assert.Contains("Anna", finding.Found, StringComparison.Ordinal);
        Assert.Contains(date, finding.Found, StringComparison.Ordinal);
        Assert.Equal(["/srv/data/attest.toml"], view.WasRead);
        Assert.Equal(Outcome.Fail, new AttestCheck(AttestItem.Find("attest-boot-order")!).Look(view).Outcome);
    }

    [Theory]
    [InlineData("nonsense", 1)]
    [InlineData("key = 1\n", 1)]
    [InlineData("[locked-room]\nby = \"Anna\"\n", 1)]
    [InlineData("[locked-room]\ndate = 2026-03-01\n", 1)]
    [InlineData("[locked-room]\nby = \"\"\ndate = 2026-03-01\n", 2)]
    [InlineData("[locked-room]\nby = \"Anna\"\ndate = \"2026-03-01\"\n", 3)]
    [InlineData("[locked-room]\nby = \"Anna\"\ndate = 2026-03-01\nuntil = 2036-03-01\n", 4)]
    [InlineData("[[locked-room]]\nby = \"Anna\"\ndate = 2026-03-01\n", 1)]
    [InlineData("[locked-room.key]\nby = \"Anna\"\ndate = 2026-03-01\n", 1)]
    public void What_is_written_otherwise_is_unknown_and_no_pass(string text, int line)
    {
        var problem = Assert.Throws<CannotLookException>(() => AttestFile.Parse(text, "attest.toml"));
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"attest.toml:{line} "), problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_is_read_back_whatever_was_said()
    {
        var text = Gen.Char['\0', '\ud7ff'].Array[1, 40].Select(static characters => new string(characters));
        Gen.Select(text, text, Gen.Int[0, 100_000]).Sample(static (by, note, day) =>
        {
            var signed = new Dictionary<string, Attestation>(StringComparer.Ordinal) { ["locked-room"] = new(by, DateOnly.FromDayNumber(700_000 + day), note) };
            Assert.Equal(signed, AttestFile.Parse(AttestFile.Text(signed), "attest.toml"));
        }, iter: 500);
    }

    [Fact]
    public void The_file_is_its_owners_alone_replaces_no_other_one_and_keeps_what_it_does_not_know()
    {
        var other = Path.Combine(_folder, "other");
        File.WriteAllText(other, "somebody else's");
        File.CreateSymbolicLink(Path.Combine(_folder, "attest.toml"), other);
        var signed = new Dictionary<string, Attestation>(StringComparer.Ordinal) { ["of-next-year"] = new("Bob", new DateOnly(2026, 3, 1), "") };
        AttestFile.Write(_folder, signed);
        Assert.Equal("somebody else's", File.ReadAllText(other));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "attest.toml")));
        Assert.Equal(signed, AttestFile.Read(_folder));
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder).Length);
    }

    [Fact]
    public void The_folder_is_made_and_without_it_nothing_is_signed()
    {
        var missing = Path.Combine(_folder, "var", "garita");
        Assert.Empty(AttestFile.Read(missing));
        AttestFile.Write(missing, new Dictionary<string, Attestation>(StringComparer.Ordinal));
        Assert.True(File.Exists(Path.Combine(missing, "attest.toml")));
        Assert.False(File.GetUnixFileMode(missing).HasFlag(UnixFileMode.OtherRead));
    }
}
