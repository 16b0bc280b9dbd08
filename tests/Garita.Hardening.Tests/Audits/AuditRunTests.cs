using Garita.Hardening.Audits;
using Garita.Hardening.Host;
using Garita.Testing;
using Xunit;

namespace Garita.Hardening.Tests.Audits;

public sealed class AuditRunTests
{
    private readonly PreparedRoot _root = new PreparedRoot().File("/etc/hostname", "mx.example.com\nmore\n");
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Whatever_happens_in_a_check_is_that_checks_result_alone()
    {
        var done = 0;
        var results = await Run().RunAsync(
            [
                new FakeCheck("six", Measure.Accounts, static _ => Finding.Pass("fine")),
                new FakeCheck("closed", Measure.Physical, static _ => throw new CannotLookException("closed")),
                new FakeCheck("broken", Measure.Physical, static _ => throw new InvalidOperationException("oops")),
                new FakeCheck("reads", Measure.Physical, static host => Finding.Fail(host.Read("/etc/hostname")!)),
            ],
            () => Interlocked.Increment(ref done));
        Assert.Equal(["closed Unknown", "broken Unknown", "reads Fail", "six Pass"], results.Select(static result => $"{result.Id} {result.Outcome}").ToArray());
        Assert.Equal("closed", results[0].Found);
        Assert.Contains("oops", results[1].Found, StringComparison.Ordinal);
        Assert.Equal(["/etc/hostname"], results[2].Read);
        Assert.Equal(4, done);
        Assert.Equal("mx.example.com", AuditRun.NameOf(_root));
    }

    [Fact]
    public async Task Checks_of_other_mail_servers_are_not_asked()
    {
        var postfix = new FakeCheck("postfix-thing", Measure.Software, static _ => throw new InvalidOperationException("asked")) { For = Roles.Postfix };
        var either = new FakeCheck("either", Measure.Software, static _ => Finding.Pass("")) { For = Roles.Postfix | Roles.Dovecot };
        var any = new FakeCheck("any", Measure.Software, static _ => Finding.Pass(""));
        Assert.Equal([Outcome.NotApplicable, Outcome.Pass, Outcome.Pass], (await Run(Roles.Dovecot).RunAsync([postfix, either, any])).Select(static result => result.Outcome));
        // Nothing installed: what is for every host is asked all the same.
        Assert.Equal([Outcome.NotApplicable, Outcome.NotApplicable, Outcome.Pass], (await Run(Roles.None).RunAsync([postfix, either, any])).Select(static result => result.Outcome));
    }

    [Fact]
    public async Task A_check_that_hangs_is_left_behind()
    {
        using var hanging = new ManualResetEventSlim();
        var audit = Run().RunAsync([new FakeCheck("hangs", Measure.Updates, _ =>
        {
            hanging.Wait();
            return Finding.Pass("too late");
        })]);
        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.False(audit.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        var result = Assert.Single(await audit);
        Assert.Equal((Outcome.Unknown, "took longer than 20 s"), (result.Outcome, result.Found));
        hanging.Set();
    }

    [Fact]
    public async Task No_more_than_so_many_run_at_once()
    {
        var (running, most) = (0, 0);
        using var both = new CountdownEvent(2);
        Finding Look(View host)
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            if (!both.IsSet)
            {
                both.Signal();
                both.Wait(TimeSpan.FromSeconds(30));
            }

            Interlocked.Decrement(ref running);
            return Finding.Pass("");
        }

        var run = new AuditRun(_root, new HostFacts(_root, Roles.Any), _time) { AtOnce = 2 };
        await run.RunAsync([.. Enumerable.Range(0, 20).Select(i => new FakeCheck($"check-{i}", Measure.Updates, Look))]);
        Assert.Equal(2, most);
    }

    [Fact]
    public void Links_in_paths_nobody_may_see_count_as_installed()
    {
        var facts = new HostFacts(new NothingToSee(), Roles.None);
        Assert.Equal(Roles.Any, facts.Roles);
    }

    private static void InterlockedMax(ref int most, int now)
    {
        for (var seen = Volatile.Read(ref most); seen < now; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, now, seen);
    }

    private AuditRun Run(Roles roles = Roles.Any) => new(_root, new HostFacts(_root, roles), _time);

    private sealed class NothingToSee : IHost
    {
        public bool IsLive => false;

        public bool Has(string program) => false;

        public string? Read(string path) => throw new CannotLookException(path);

        public IReadOnlyList<string>? List(string path) => throw new CannotLookException(path);

        public FileFacts? Stat(string path) => throw new CannotLookException(path);

        public string? LinkTarget(string path) => throw new CannotLookException(path);

        public CommandResult Run(string program, IReadOnlyList<string> arguments) => throw new CannotLookException(program);
    }
}
