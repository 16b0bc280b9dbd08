using System.Text;
using Garita.Gateway.Alarms;
using Garita.Gateway.Relay.Quarantine;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Relay.Quarantine;

/// <summary>What is said to be kept is kept whole, whatever fails and wherever it stops.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class KeepTests
{
    private const string Text = "From: a@x.test\nSubject: hello\r\n\r\nbare \r and \n, \0 and \xff\r\n.\r\n";

    [Fact]
    public async Task The_octets_are_kept_as_they_came_and_nobody_else_may_read_them()
    {
        await using var scene = await QuarantineScene.OpenAsync();
        var id = await scene.KeepAsync(Text, recipients: ["user1@example.com", "Ann.User2@example.com"]);
        Assert.Equal(Encoding.Latin1.GetBytes(Text), await File.ReadAllBytesAsync(Path.Combine(scene.Root, "acme", id + ".eml"), TestContext.Current.CancellationToken));
        foreach (var file in scene.Files)
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(scene.Root, "acme")));
        var entry = (await scene.GetAsync(id))!;
        Assert.Equal("192.0.2.7:4711", entry.Client);
        Assert.Equal("E1", entry.EnvelopeId);
        Assert.Equal(["user1@example.com", "Ann.User2@example.com"], entry.Recipients.Select(static recipient => recipient.Address), StringComparer.Ordinal);
        Assert.All(entry.Recipients, static recipient => Assert.Equal(QuarantineState.Kept, recipient.State));
        Assert.Equal(("from-header", "why"), (entry.Reasons[0].Rule, entry.Reasons[0].Detail));
        var total = Assert.Single(scene.Store.Totals());
        Assert.Equal(("acme", 1, QuarantineEntry.RoomOf(Text.Length)), (total.Tenant, total.Messages, total.Octets));
    }

    [Fact]
    public async Task A_failure_at_any_step_leaves_nothing()
    {
        var at = 1;
        for (var failed = true; failed; at++)
        {
            await using var scene = await QuarantineScene.OpenAsync(failAt: at);
            var (outcome, _) = await scene.Store.KeepAsync(scene.Message(Text));
            failed = scene.Steps.HasFailed;
            Assert.Equal(failed ? QuarantineOutcome.Failed : QuarantineOutcome.Kept, outcome);
            if (!failed)
                continue;
            Assert.Empty(scene.Store.Totals());
            Assert.Empty(scene.Files);
        }

        Assert.True(at > 15, $"only {at} steps");
    }

    [Fact]
    public async Task A_kill_at_any_step_leaves_nothing_or_all()
    {
        int nothing = 0, all = 0;
        for (var (at, killed) = (1, true); killed; at++)
        {
            var scene = await QuarantineScene.OpenAsync(failAt: at, dies: true);
            var (outcome, _) = await scene.Store.KeepAsync(scene.Message(Text));
            killed = scene.Steps.HasFailed;
            await using var next = await scene.RestartAsync();
            var found = await next.Index.FindAsync(new());
            if (outcome == QuarantineOutcome.Kept)
                Assert.Single(found);
            if (found.Count == 0)
            {
                nothing++;
                Assert.Empty(next.Files);
                Assert.Empty(next.Store.Totals());
                continue;
            }

            all++;
            var entry = Assert.Single(found);
            Assert.Equal(QuarantineState.Kept, entry.State);
            Assert.Equal(Encoding.Latin1.GetBytes(Text), await File.ReadAllBytesAsync(Path.Combine(next.Root, "acme", entry.Id + ".eml"), TestContext.Current.CancellationToken));
            Assert.Equal(2, next.Files.Count);
            Assert.Equal(1, Assert.Single(next.Store.Totals()).Messages);
            // The sender tries again: it is the same message.
            Assert.Equal(entry.Id, await next.KeepAsync(Text));
        }

        Assert.True(nothing > 10 && all >= 3, $"{nothing} times nothing, {all} times all");
    }

    [Fact]
    public async Task A_lost_ledger_is_made_anew_from_the_files()
    {
        var scene = await QuarantineScene.OpenAsync();
        var id = await scene.KeepAsync(Text, sender: "", recipients: ["user1@example.com", "user2@example.com"]);
        var before = await scene.GetAsync(id);
        await scene.Store.DisposeAsync();
        await scene.Ledger.DisposeAsync();
        foreach (var file in Directory.GetFiles(scene.Folder.Data, "ledger.db*"))
            File.Delete(file);
        await using var next = await QuarantineScene.OpenAsync(scene.Folder);
        Assert.Equivalent(before, await next.GetAsync(id), strict: true);
        Assert.Equal(1, Assert.Single(next.Store.Totals()).Messages);
    }

    [Fact]
    public async Task The_same_message_is_kept_once_as_long_as_nothing_of_it_was_released()
    {
        await using var scene = await QuarantineScene.OpenAsync();
        var id = await scene.KeepAsync(Text);
        Assert.Equal(id, await scene.KeepAsync(Text), StringComparer.Ordinal);
        Assert.Equal(1, Assert.Single(scene.Store.Totals()).Messages);
        Assert.NotEqual(id, await scene.KeepAsync(Text + "."), StringComparer.Ordinal);
        Assert.NotEqual(id, await scene.KeepAsync(Text, recipients: "user2@example.com"), StringComparer.Ordinal);
        Assert.Null((await scene.Release.ReleaseAsync(id, [], again: false, QuarantineScene.Anna)).Problem);
        Assert.NotEqual(id, await scene.KeepAsync(Text), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Full_is_said_and_nothing_is_lost_for_it()
    {
        // Room for two of them.
        await using var scene = await QuarantineScene.OpenAsync(quarantine: new QuarantineSettings { MaxSize = 20_000, Keep = TimeSpan.FromDays(2) });
        var first = await scene.KeepAsync("1");
        await scene.KeepAsync("2");
        Assert.Equal((QuarantineOutcome.Full, ""), await scene.Store.KeepAsync(scene.Message("3")));
        var alarm = Assert.Single(scene.Alarms.Raised);
        Assert.Equal((AlarmKind.QuarantineFull, "acme", false), (alarm.Kind, alarm.Tenant, alarm.IsOver));
        Assert.Null(await scene.Store.DeleteAsync(first, static entry => new(entry.Kept, "anna", "here", "quarantine.delete", entry.Id, null)));
        await scene.KeepAsync("3");

        // Time makes room too, and says so.
        scene.Folder.Time.Advance(TimeSpan.FromDays(3));
        await scene.Store.SweepAsync();
        Assert.Empty(scene.Store.Totals());
        Assert.Empty(scene.Files);
        Assert.Empty(await scene.Index.FindAsync(new()));
        Assert.True(scene.Alarms.Raised.Last().IsOver);
    }

    [Fact]
    public async Task A_full_disk_is_full()
    {
        await using var scene = await QuarantineScene.OpenAsync(failAt: 4);
        scene.Steps.Failure = static () => new IOException("No space left on device", 28);
        Assert.Equal((QuarantineOutcome.Full, ""), await scene.Store.KeepAsync(scene.Message(Text)));
        Assert.Equal(AlarmKind.QuarantineFull, Assert.Single(scene.Alarms.Raised).Kind);
    }

    [Fact]
    public async Task A_kill_at_any_step_of_a_deletion_leaves_it_kept_or_gone()
    {
        for (var (at, killed) = (1, true); killed; at++)
        {
            var scene = await QuarantineScene.OpenAsync(dies: true);
            var id = await scene.KeepAsync(Text);
            scene.Steps.FailAfter(at);
            var isGone = false;
            try
            {
                isGone = await scene.Store.DeleteAsync(id, static entry => new(entry.Kept, "anna", "here", "quarantine.delete", entry.Id, null)) is null;
            }
            catch (Gateway.Ledger.LedgerUnavailableException)
            {
                // Said so.
            }

            killed = scene.Steps.HasFailed;
            await using var next = await scene.RestartAsync();
            var found = await next.Index.FindAsync(new());
            Assert.True(!isGone || found.Count == 0);
            Assert.Equal(found.Count == 0 ? 0 : 2, next.Files.Count);
        }
    }

    [Fact]
    public async Task What_is_not_ours_is_left_alone()
    {
        var scene = await QuarantineScene.OpenAsync();
        await scene.KeepAsync(Text);
        await File.WriteAllTextAsync(Path.Combine(scene.Root, "acme", "stray.eml"), "x", TestContext.Current.CancellationToken);
        await using var next = await scene.RestartAsync();
        Assert.Equal(3, next.Files.Count);
        Assert.Contains(next.Folder.Log, static line => line.Contains("stray", StringComparison.Ordinal));
    }
}
