using System.Text.RegularExpressions;
using CsCheck;
using Garita.Hardening.Repairs;
using Garita.Hardening.Repairs.Scripts;
using Xunit;

namespace Garita.Hardening.Tests.Repairs;

/// <summary>Scripts hold what was found on a host, which may be anything.</summary>
public sealed class ScriptTests
{
    private static readonly Gen<string> Nasty = Gen.OneOf(Gen.Char["'\"\\$`{}%#:;\n\r\t \u2028\u202e\u0001é\ufeff"].Select(static letter => letter.ToString()), Gen.Const("{{ x }}"), Gen.Const("$(reboot)"), Gen.Const("EOF"), Gen.String).Array[0, 8].Select(string.Concat);

    private static Plan Of(string title, params Change[] changes) => new([new PlannedRepair("id", title, title, new Repair(Risk.Low, title, changes))]);

    [Fact]
    public void Whatever_is_in_a_comment_stays_in_it() => Nasty.Sample(static text =>
    {
        foreach (var script in (string[])[ShellScript.Render(Of(text, new SetUnit("x", UnitWish.Reload)), text, TimeSpan.FromSeconds(60)), AnsiblePlaybook.Render(Of(text, new SetUnit("x", UnitWish.Reload)), text)])
        {
            var plain = script.Split('\n').Where(static line => !line.TrimStart().StartsWith('#'));
            var same = (script.StartsWith("#!", StringComparison.Ordinal) ? ShellScript.Render(Of("t", new SetUnit("x", UnitWish.Reload)), "t", TimeSpan.FromSeconds(60)) : AnsiblePlaybook.Render(Of("t", new SetUnit("x", UnitWish.Reload)), "t")).Split('\n').Where(static line => !line.TrimStart().StartsWith('#'));
            Assert.Equal(same, plain, StringComparer.Ordinal);
        }
    });

    /// <summary>POSIX: between single quotes nothing has a meaning but the next single quote.</summary>
    [Fact]
    public void A_quoted_value_is_one_word_of_the_shell() => Nasty.Where(static text => !text.Contains('\0', StringComparison.Ordinal)).Sample(static text =>
    {
        var (word, inside) = (new System.Text.StringBuilder(), false);
        var quoted = ShellScript.Quote(text);
        for (var at = 0; at < quoted.Length; at++)
        {
            if (quoted[at] == '\'')
                inside = !inside;
            else if (inside)
                word.Append(quoted[at]);
            else if (quoted[at] == '\\')
                word.Append(quoted[++at]);
            else
                Assert.Fail($"{quoted[at]} stands outside of quotes");
        }

        Assert.False(inside);
        Assert.Equal(text, word.ToString());
    });

    [Fact]
    public void A_quoted_value_is_one_line_of_YAML_and_reads_as_JSON() => Nasty.Where(static text => !text.Any(char.IsSurrogate)).Sample(static text =>
    {
        var quoted = AnsiblePlaybook.Quote(text);
        Assert.DoesNotMatch(@"[\x00-\x1f\u2028\u2029\u202e]", quoted);
        using var json = System.Text.Json.JsonDocument.Parse(quoted);
        Assert.Equal(text, json.RootElement.GetString());
    });

    [Fact]
    public void Every_kind_of_change_has_its_line()
    {
        Change[] all =
        [
            new PutFile("/etc/a", "it's\n"), new SetLine("/etc/ssh/sshd_config", @"^\s*#?\s*X\b", "X y"), new SetMode("/etc/b", (UnixFileMode)0x1A0, "root", "adm"), new SetUnit("c.service", UnitWish.Enable),
            new SetUnit("d.service", UnitWish.Mask), new SetUnit("e.service", UnitWish.Reload), new InstallPackages("f"), new RemovePackages("g"), new RunTool("postconf", "-e", "h = i") { Files = ["/etc/j"], Undo = ["newaliases"] },
        ];
        var shell = ShellScript.Render(Of("t", all), "h", TimeSpan.FromSeconds(60));
        foreach (var line in (string[])["put_file '/etc/a' '644' 'it'\\''s\n'", "set_line '/etc/ssh/sshd_config' '^\\s*#?\\s*X\\b' 'X y' '^\\s*[Mm]", "set_mode '/etc/b' '640' 'root' 'adm'", "set_unit 'c.service' 'enable'", "set_unit 'd.service' 'mask'", "reload 'e.service'", "install_packages 'f'", "remove_packages 'g'", "tool 1 1 'newaliases' '/etc/j' 'postconf' '-e' 'h = i'", "verify 'sshd' '-t'", "\narm 60\n", "\nfinish\n"])
            Assert.Contains(line, shell, StringComparison.Ordinal);
        Assert.True(shell.IndexOf("verify 'sshd'", StringComparison.Ordinal) < shell.IndexOf("reload 'e.service'", StringComparison.Ordinal));

        var book = AnsiblePlaybook.Render(Of("t", all), "h");
        foreach (var module in (string[])["copy", "lineinfile", "file", "systemd_service", "apt", "command"])
            Assert.Contains($"ansible.builtin.{module}:", book, StringComparison.Ordinal);
        Assert.Contains("content: !unsafe \"it's\\n\"", book, StringComparison.Ordinal);
        Assert.Equal(Regex.Count(book, "ansible.builtin"), Regex.Count(book, "when: garita_lock_out_risk") + 1);
        Assert.DoesNotContain("\t", book, StringComparison.Ordinal);
    }

    /// <summary>A second run of the same repairs adds to the way back of the first; others have one of their own.</summary>
    [Fact]
    public void The_same_repairs_have_the_same_folder_whatever_was_found()
    {
        static string Name(string title, string content) => Regex.Match(ShellScript.Render(Of(title, new PutFile("/etc/a", content)), title, TimeSpan.FromSeconds(60)), "(?m)^name=[0-9a-f]{12}$").Value;
        Assert.NotEmpty(Name("a", "b"));
        Assert.Equal(Name("a", "b"), Name("c", "b"));
        Assert.NotEqual(Name("a", "# b"), Name("a", "# c"), StringComparer.Ordinal);
    }
}
