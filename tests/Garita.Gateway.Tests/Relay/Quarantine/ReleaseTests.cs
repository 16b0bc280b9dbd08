using System.Text;
using Garita.Gateway.Ledger;
using Garita.Gateway.Relay;
using Garita.Gateway.Relay.Quarantine;
using Garita.Gateway.Tests.Dialogue;
using Xunit;

namespace Garita.Gateway.Tests.Relay.Quarantine;

/// <summary>A release delivers what came, to each recipient once; what may have been delivered is never delivered again unasked.</summary>
public sealed class ReleaseTests
{
    private const string Text = "From: a@x.test\r\nSubject: hello\r\n\r\n\xe4 body\r\n";

    [Fact]
    public async Task It_delivers_the_octets_with_one_field_to_the_envelope_once()
    {
        await using var scene = await QuarantineScene.OpenAsync();
        var id = await scene.KeepAsync(Text, recipients: ["user1@example.com", "user2@example.com"]);
        var released = await scene.Release.ReleaseAsync(id, [], again: false, QuarantineScene.Anna);
        Assert.Equal((QuarantineState.Released, null), (released.State, released.Problem));
        var (delivery, octets) = Assert.Single(scene.Relay.Got);
        Assert.Equal(Text, octets);
        Assert.Empty(delivery.Omitted);
        Assert.Equal($"X-Garita-Released: {id}; Sun, 01 Mar 2026 12:00:00 +0000\r\n", Encoding.ASCII.GetString(delivery.AddedFields.Span));
        Assert.Equal(("a@x.test", "E1", "mail.x.test"), (delivery.Mail.Path.Mailbox!.ToString(), delivery.Mail.EnvelopeId, delivery.Client.Name));
        Assert.Equal(["user1@example.com", "user2@example.com"], delivery.Recipients.Select(static rcpt => rcpt.Path.Mailbox!.ToString()), StringComparer.Ordinal);

        // Its file is gone, its entry stays; it is not delivered again.
        Assert.Empty(scene.Files);
        Assert.Empty(scene.Store.Totals());
        Assert.Equal(QuarantineState.Released, (await scene.GetAsync(id))!.State);
        Assert.NotNull((await scene.Release.ReleaseAsync(id, [], again: false, QuarantineScene.Anna)).Problem);
        Assert.Single(scene.Relay.Got);
        var audit = await scene.Ledger.AuditTrailAsync(10);
        Assert.Equal([$"{id}: released", $"{id}: releasing to user1@example.com, user2@example.com"], audit.Select(static entry => entry.After), StringComparer.Ordinal);
        Assert.All(audit, static entry => Assert.Equal(("anna (1000)", "quarantine.release"), (entry.Who, entry.What)));
    }

    [Fact]
    public async Task Recipients_may_be_chosen_and_the_others_still_get_it()
    {
        await using var scene = await QuarantineScene.OpenAsync();
        var id = await scene.KeepAsync(Text, recipients: ["user1@example.com", "user2@example.com"]);
        Assert.NotNull((await scene.Release.ReleaseAsync(id, ["eve@elsewhere.test"], again: false, QuarantineScene.Anna)).Problem);
        Assert.Null((await scene.Release.ReleaseAsync(id, ["USER2@example.com"], again: false, QuarantineScene.Anna)).Problem);
        Assert.Null((await scene.Release.ReleaseAsync(id, ["security@example.com"], again: false, QuarantineScene.Anna)).Problem);
        Assert.NotNull((await scene.Release.ReleaseAsync(id, ["security@example.com"], again: false, QuarantineScene.Anna)).Problem);
        var entry = (await scene.GetAsync(id))!;
        Assert.Equal(QuarantineState.Kept, entry.State);
        Assert.Equal([QuarantineState.Kept, QuarantineState.Released, QuarantineState.Released], entry.Recipients.Select(static recipient => recipient.State));
        Assert.Null((await scene.Release.ReleaseAsync(id, [], again: false, QuarantineScene.Anna)).Problem);
        Assert.Equal([["user2@example.com"], ["security@example.com"], ["user1@example.com"]], scene.Relay.Got.Select(static got => got.Delivery.Recipients.Select(static rcpt => rcpt.Path.Mailbox!.ToString()).ToArray()));
        Assert.Empty(scene.Files);
    }

    [Fact]
    public async Task What_the_mail_server_did_not_take_stays_kept()
    {
        await using var scene = await QuarantineScene.OpenAsync();
        scene.Relay.Answer = static _ => new(new DeliveryResult(DeliveryOutcome.Refused, null, 550, null, "evil \r\n words", [550]));
        var id = await scene.KeepAsync(Text);
        var released = await scene.Release.ReleaseAsync(id, ["user7@example.com"], again: false, QuarantineScene.Anna);
        Assert.Equal((QuarantineState.Kept, "the mail server answered 550"), (released.State, released.Problem));
        Assert.Single((await scene.GetAsync(id))!.Recipients);
        scene.Relay.Answer = null;
        Assert.Null((await scene.Release.ReleaseAsync(id, [], again: false, QuarantineScene.Anna)).Problem);
    }

    [Fact]
    public async Task What_may_have_been_delivered_is_delivered_again_only_when_somebody_says_so()
    {
        await using var scene = await QuarantineScene.OpenAsync();
        scene.Relay.Answer = static _ => new(new DeliveryResult(DeliveryOutcome.Unknown, null, 0, null, "", [250]));
        var id = await scene.KeepAsync(Text);
        Assert.Equal(QuarantineState.Unknown, (await scene.Release.ReleaseAsync(id, [], again: false, QuarantineScene.Anna)).State);
        scene.Relay.Answer = null;
        Assert.Contains("--again", (await scene.Release.ReleaseAsync(id, [], again: false, QuarantineScene.Anna)).Problem, StringComparison.Ordinal);
        Assert.Single(scene.Relay.Got);
        Assert.Null((await scene.Release.ReleaseAsync(id, [], again: true, QuarantineScene.Anna)).Problem);
        Assert.Equal(QuarantineState.Released, (await scene.GetAsync(id))!.State);
    }

    [Fact]
    public async Task An_answer_that_comes_late_still_counts()
    {
        await using var scene = await QuarantineScene.OpenAsync();
        var late = new TaskCompletionSource<bool>();
        scene.Relay.Answer = _ => new(new DeliveryResult(DeliveryOutcome.Unknown, null, 0, null, "", [250], late.Task));
        var id = await scene.KeepAsync(Text);
        Assert.Equal(QuarantineState.Unknown, (await scene.Release.ReleaseAsync(id, [], again: false, QuarantineScene.Anna)).State);
        late.SetResult(true);
        while (scene.Files.Count > 0)
            await Task.Yield();
        Assert.Equal(QuarantineState.Released, (await scene.GetAsync(id))!.State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_kill_at_any_step_never_delivers_twice_unasked(bool losesLedger)
    {
        var released = 0;
        for (var (at, killed) = (1, true); killed; at++)
        {
            var scene = await QuarantineScene.OpenAsync(dies: true);
            var id = await scene.KeepAsync(Text);
            scene.Steps.FailAfter(at);
            try
            {
                await scene.Release.ReleaseAsync(id, [], again: false, QuarantineScene.Anna);
            }
            catch (LedgerUnavailableException)
            {
                // Said so.
            }

            killed = scene.Steps.HasFailed;
            var delivered = scene.Relay.Got.Count;
            await scene.Store.DisposeAsync();
            await scene.Ledger.DisposeAsync();
            if (losesLedger)
            {
                foreach (var file in Directory.GetFiles(scene.Folder.Data, "ledger.db*"))
                    File.Delete(file);
            }

            await using var next = await QuarantineScene.OpenAsync(scene.Folder);
            var found = await next.Index.FindAsync(new());
            var again = found.Count == 0 ? null : await next.Release.ReleaseAsync(id, [], again: false, QuarantineScene.Anna);
            Assert.True(delivered + next.Relay.Got.Count <= 1, $"twice, killed at step {at}");
            // Nor is it lost: either it was delivered, or it still can be.
            if (delivered == 0)
                Assert.True(again!.Problem is null or { Length: > 0 } && (again.Problem is null || (await next.Release.ReleaseAsync(id, [], again: true, QuarantineScene.Anna)).Problem is null));
            released += delivered;
        }

        Assert.True(released > 1);
    }

    [Fact]
    public async Task A_release_that_could_not_be_noted_is_marked_by_the_next_sweep()
    {
        await using var scene = await QuarantineScene.OpenAsync();
        var id = await scene.KeepAsync(Text);
        scene.Relay.Answer = delivery =>
        {
            scene.Steps.FailAfter(1);
            return new(FakeRelay.Delivered());
        };
        Assert.NotNull((await scene.Release.ReleaseAsync(id, [], again: false, QuarantineScene.Anna)).Problem);
        Assert.Equal(QuarantineState.Releasing, (await scene.GetAsync(id))!.State);
        await scene.Store.SweepAsync();
        Assert.Equal(QuarantineState.Unknown, (await scene.GetAsync(id))!.State);
    }
}
