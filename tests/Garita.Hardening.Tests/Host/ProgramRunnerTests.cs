using Garita.Hardening.Host;
using Xunit;

namespace Garita.Hardening.Tests.Host;

/// <summary>With programs that every system has.</summary>
public sealed class ProgramRunnerTests
{
    private static readonly DiskHost Host = new("/", new ProgramRunner { Limit = TimeSpan.FromSeconds(30) });

    [Fact]
    public void Programs_get_an_environment_of_their_own_and_nothing_to_read()
    {
        var result = Host.Run("env", []);
        Assert.Equal(["HOME=/", "LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"], result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ToArray());
        Assert.Equal("", Host.Run("cat", []).Output);
        Assert.Equal("$HOME;`id`\n", Host.Run("echo", ["$HOME;`id`"]).Output);
        Assert.Equal("/\n", Host.Run("pwd", []).Output);
    }

    [Fact]
    public void Exit_code_and_both_outputs_are_told()
    {
        var result = Host.Run("sh", ["-c", "echo out; echo err >&2; exit 3"]);
        Assert.Equal(new CommandResult(3, "out\n", "err\n"), result);
    }

    [Fact]
    public void The_same_question_is_asked_once()
    {
        var first = Host.Run("sh", ["-c", "echo $$"]);
        Assert.Equal(first, Host.Run("sh", ["-c", "echo $$"]));
        Assert.NotEqual(first, Host.Run("sh", ["-c", "echo  $$"]));
        Assert.Equal(1, Enumerable.Range(0, 50).AsParallel().Select(static _ => Host.Run("sh", ["-c", "echo $$; : once"]).Output).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_program_that_is_not_there_or_elsewhere_cannot_be_asked()
    {
        Assert.Contains("not installed", Assert.Throws<CannotLookException>(() => Host.Run("no-such-program", [])).Message, StringComparison.Ordinal);
        Assert.Throws<CannotLookException>(() => Host.Run("bin/sh", []));
        Assert.Throws<CannotLookException>(() => Host.Run("/etc/hostname", []));
    }

    [Fact]
    public void A_program_that_does_not_end_is_ended()
    {
        var host = new DiskHost("/", new ProgramRunner { Limit = TimeSpan.FromMilliseconds(300) });
        Assert.Contains("did not end", Assert.Throws<CannotLookException>(() => host.Run("sleep", ["60"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_talks_without_end_is_ended() =>
        Assert.Contains("more than 8 MiB", Assert.Throws<CannotLookException>(() => Host.Run("yes", [])).Message, StringComparison.Ordinal);
}
