using Xunit;

namespace Garita.Hardening.Tests.Host;

public sealed class ProgramCallTests
{
    private static readonly string Long = new('x', 1 << 20);

    [Fact]
    public void What_it_is_given_to_read_may_be_longer_than_a_pipe() =>
        Assert.Equal(Long, new ProgramCall("/bin/cat", []) { Input = Long }.Run().Output);

    [Fact]
    public void A_program_that_does_not_read_is_ended_all_the_same() =>
        Assert.Contains("sleep did not end", Assert.Throws<ProgramException>(() => new ProgramCall("/bin/sleep", ["60"]) { Name = "sleep", Input = Long, Limit = TimeSpan.FromMilliseconds(300) }.Run()).Message, StringComparison.Ordinal);

    [Fact]
    public void What_a_program_left_behind_is_not_waited_for() =>
        Assert.Equal(new CommandResult(0, "here\n", ""), new ProgramCall("/bin/sh", ["-c", "sleep 20 & echo here"]).Run());

    [Fact]
    public void A_program_that_is_not_there_cannot_be_run() =>
        Assert.Contains("cannot be run", Assert.Throws<ProgramException>(() => new ProgramCall("/no/such/program", []).Run()).Message, StringComparison.Ordinal);
}
