using System.Globalization;
using Xunit;

namespace Garita.EndToEnd.Lockdown;

/// <summary>
/// The lockdown script killed between two of its steps: what is kept gives back what was before, by the way back as it runs after a restart, by
/// hand, and by another go after a kill while it went back.
/// </summary>
public sealed class KilledTests
{
    [Theory]
    [InlineData("nftables", "wait-and-undo")]
    [InlineData("nftables", "undo")]
    [InlineData("postfix", "wait-and-undo")]
    [InlineData("postfix", "undo")]
    public void Killed_between_two_steps_it_goes_back_whole(string form, string how)
    {
        using var site = LockdownSite.Make(form is "nftables" ? "/usr/sbin/nft" : "/usr/sbin/postconf");
        var (conf, keep, file, count) = (Path.Combine(site.Folder, "postfix", "conf"), Path.Combine(site.Folder, "keep"), Path.Combine(site.Folder, "lockdown.sh"), Path.Combine(site.Folder, "count"));
        Directory.CreateDirectory(conf);
        File.WriteAllText(Path.Combine(conf, "main.cf"), "compatibility_level = 3.6\nmynetworks = 127.0.0.0/8, 10.77.1.0/24\n");
        File.WriteAllText(Path.Combine(conf, "master.cf"), "smtp inet n - n - - smtpd\n");
        Assert.Equal(0, site.Garita("wall", "lockdown", "--for", form, "--output", file).Code);
        // Nothing is running: Postfix itself is not asked, and nothing waits in the background.
        var programs = Directory.CreateDirectory(Path.Combine(site.Folder, "programs")).FullName;
        foreach (var name in (string[])["postfix", "setsid"])
        {
            File.WriteAllText(Path.Combine(programs, name), "#!/bin/sh\n");
            MailSite.Must("chmod", "755", Path.Combine(programs, name));
        }

        var before = Picture();
        var (code, said) = Trapped(99_999, "apply");
        Assert.True(code == 0, said);
        Assert.NotEqual(before, Picture(), StringComparer.Ordinal);
        var applying = Steps();
        (code, said) = Trapped(99_999, Back());
        Assert.True(code == 0, said);
        Assert.Equal(before, Picture());
        var back = Steps();
        Assert.True(applying > 40 && back > 20, $"{applying} and {back} steps");

        foreach (var step in Some(applying))
        {
            (code, said) = Trapped(step, "apply");
            Assert.True(code != 0, said);
            AsBefore($"apply killed at step {step} of {applying}: {said}");
        }

        foreach (var step in Some(back))
        {
            Assert.Equal(0, Trapped(99_999, "apply").Code);
            (_, said) = Trapped(step, Back());
            AsBefore($"{how} killed at step {step} of {back}: {said}");
        }

        void AsBefore(string what)
        {
            // The way back of an apply that was killed before it waited for one has nothing to take back.
            var went = how is "undo" || File.Exists(Path.Combine(keep, "unconfirmed")) || File.Exists(Path.Combine(keep, "going-back")) ? Run(["sh", file, .. Back()]).Text : "";
            Assert.True(string.Equals(before, Picture(), StringComparison.Ordinal), $"{what}{went}\n{Picture()}");
            Assert.Contains("# state: not applied", Run("sh", file, "show").Text, StringComparison.Ordinal);
        }

        // Not a command of the script is left out: the trap is asked before each, in functions and subshells too. They count in one file, as
        // each subshell would count a variable of its own.
        (int Code, string Text) Trapped(int step, params string[] verb)
        {
            File.WriteAllText(count, "");
            return Run("bash", "-c", string.Create(CultureInfo.InvariantCulture,
                $"set -T; trap 'printf x >> {count}; read -r steps_ < {count} || :; [ ${{#steps_}} -le {step} ] || kill -9 $$ $BASHPID' DEBUG; . {file} {string.Join(' ', verb)}"), file);
        }

        string[] Back() => how is "undo" ? [how] : [how, File.Exists(Path.Combine(keep, "unconfirmed")) ? File.ReadAllText(Path.Combine(keep, "unconfirmed")).Split(' ')[0] : "none"];

        int Steps() => File.ReadAllText(count).Length;

        // Postfix is asked for each of its settings: that takes a second or two each time.
        IEnumerable<int> Some(int steps)
        {
            var points = Environment.GetEnvironmentVariable("GARITA_LONG") is not "1" ? 4 : form is "nftables" ? 150 : 30;
            return Enumerable.Range(1, points).Select(part => steps * part / (points + 1)).Distinct();
        }

        (int Code, string Text) Run(params string[] command) => MailSite.In(site.Server,
            ["env", $"PATH={programs}:/usr/sbin:/usr/bin:/sbin:/bin", "GARITA_WAIT=0", "GARITA_KEEP=" + keep, "CONF=" + conf, .. command]);

        string Picture() => form is "nftables" ? MailSite.In(site.Server, "nft", "-s", "list", "ruleset").Text
            : string.Join('\n', Directory.GetFiles(conf).Order(StringComparer.Ordinal).Where(static name => !name.EndsWith(".lock", StringComparison.Ordinal) && !name.EndsWith(".tmp", StringComparison.Ordinal)).Select(static name => name + "\n" + File.ReadAllText(name)));
    }
}
