using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Garita.Hardening;
using Xunit;

namespace Garita.Tests.Docs;

/// <summary>docs/hardening.md is made from the catalogue of checks. <c>GARITA_UPDATE_DOCS=1</c> writes it anew.</summary>
public sealed class HardeningDocTests
{
    [Fact]
    public void The_list_of_checks_is_current()
    {
        var file = Path.GetFullPath(Path.Combine(Here(), "../../../docs/hardening.md"));
        var made = Make();
        if (string.Equals(Environment.GetEnvironmentVariable("GARITA_UPDATE_DOCS"), "1", StringComparison.Ordinal))
            File.WriteAllText(file, made);
        Assert.True(File.Exists(file) && string.Equals(File.ReadAllText(file), made, StringComparison.Ordinal),
            "docs/hardening.md is not current: run the tests of Garita.Tests once with GARITA_UPDATE_DOCS=1");
    }

    private static string Make()
    {
        var text = new StringBuilder("""
            # Hardening: what is checked

            Made from the checks by `HardeningDocTests`; do not edit.

            `garita harden audit` asks them about this host, or about a file system with `--root DIR`; it changes nothing. Results: *pass*; *fail*; *warning*, not wrong by itself, but a person should look; *unknown*, it could not look (a file that may not be read or is no text, a folder with a name that is not UTF-8, a program that is missing, a kernel that does not run), which is never a pass; *not applicable*, nothing here that it is about. The score of a measure is the share of its checks that passed, unknown ones counted as not passed and those not applicable left out. It ends with 0 when nothing fails, with 1 when something does, with 2 when it was asked wrongly.

            A whole audit is kept in the ledger of the data folder, of each file system and role the last 50, and the next one tells what changed since. `--html --output FILE` writes a page that needs nothing else. Ids that begin with `attest-` are statements about the place that a person signs (`garita harden attest sign ID --by NAME`) and that end after a year.

            What this host may have beyond the usual stands in `/etc/garita/allowed`, a kind and a name a line: `listener tcp/9100` (a port that is not mail), `setuid /opt/backup/run` (a program with the rights of its owner), `key SHA256:…` (a key that opens an administrator's account, as `ssh-keygen -lf` shows it).

            A mail server's own checks ask which gateways stand in front of it: `/etc/garita/gateways` on that host names them, an address or network a line. Without it what depends on them is *unknown*.

            """.ReplaceLineEndings("\n"));
        foreach (var measure in Catalogue.All.GroupBy(static check => check.Measure).OrderBy(static group => group.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {(int)measure.Key} {Words.Of(measure.Key)}\n\n| check | for | what should be so | expected | how to mend | based on |\n|---|---|---|---|---|---|\n");
            foreach (var check in measure)
            {
                text.Append(CultureInfo.InvariantCulture, $"| `{check.Id}` | {(check.Roles == Roles.Any ? "any" : string.Join(", ", Words.Of(check.Roles)))} | {Cell(check.Title)}. {Cell(check.Why)} | {Cell(check.Expected)} | {Cell(check.Mend)} | {Cell(string.Join(", ", check.References))} |\n");
            }
        }

        return text.ToString();
    }

    /// <summary>A text that stays inside its cell, and is no markup.</summary>
    private static string Cell(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace('\n', ' ').TrimEnd('.');

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
