using System.Globalization;
using Garita.Gateway.Alarms;
using Garita.Gateway.Relay;
using Garita.Gateway.Relay.Quarantine;
using Garita.Gateway.Relay.Spool;
using Garita.Gateway.Settings;
using Garita.Protocols.Smtp;
using Xunit;

namespace Garita.Gateway.Tests.Relay.Spool;

/// <summary>What becomes of mail for servers that do not answer.</summary>
public sealed class SpoolTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task What_was_kept_is_delivered_as_it_came()
    {
        await using var scene = new SpoolScene();
        await scene.StartAsync();
        (System.Net.IPAddress, string?)? trusted = null;
        scene.Spool.Trusted = (client, domain) => trusted = (client, domain);
        Assert.True(await scene.KeepAsync("grüße", passed: "x.test", notify: DsnNotify.Failure | DsnNotify.Delay));
        scene.Relay.Answer = static _ => SpoolScene.Delivered();
        await scene.PassAsync(TimeSpan.FromMinutes(6));
        var (delivery, _) = Assert.Single(scene.Relay.Got);
        Assert.Equal("Received: from x\r\n"u8.ToArray(), delivery.AddedFields.ToArray());
        Assert.Equal((0, 5), Assert.Single(delivery.Omitted));
        Assert.Equal("a@x.test", delivery.Mail.Path.Mailbox!.ToString());
        Assert.Equal((7L, MailBody.EightBitMime, DsnReturn.Headers, "QQ314159"), (delivery.Mail.Size!.Value, delivery.Mail.Body, delivery.Mail.Return, delivery.Mail.EnvelopeId!));
        var to = Assert.Single(delivery.Recipients);
        Assert.Equal(("user1@example.com", DsnNotify.Failure | DsnNotify.Delay, "rfc822;o@x.test"), (to.Path.Mailbox!.ToString(), to.Notify, to.OriginalRecipient!));
        Assert.Equal(new ClientIdentity(System.Net.IPEndPoint.Parse("192.0.2.7:25000"), System.Net.IPEndPoint.Parse("[2001:db8::1]:25"), "mail.x.test", "x.test", true), delivery.Client);
        Assert.Equal((System.Net.IPAddress.Parse("192.0.2.7"), "x.test"), trusted);
        var record = Assert.Single(scene.Ledger.Records);
        Assert.Equal(("delivered", "s-grüße", 3, "spool"), (record.Outcome, record.Session, record.Transaction, record.Listener));
        Assert.Empty(scene.Disk.Left);
        Assert.Empty(scene.Spool.Totals());
    }

    [Fact]
    public async Task While_it_is_down_one_probe_goes_at_growing_distances()
    {
        await using var scene = new SpoolScene();
        await scene.StartAsync();
        for (var i = 0; i < 20; i++)
            await scene.KeepAsync(string.Create(CultureInfo.InvariantCulture, $"m{i:00}"));
        List<int> minutes = [];
        for (var minute = 1; minute <= 240; minute++)
        {
            var before = scene.Relay.Got.Count;
            await scene.PassAsync(TimeSpan.FromMinutes(1));
            if (scene.Relay.Got.Count > before)
                minutes.Add(minute);
            Assert.True(scene.Relay.Got.Count - before <= 1);
        }

        Assert.Equal([5, 15, 35, 75, 135, 195], minutes);
    }

    [Fact]
    public async Task Once_it_answers_the_rest_follows_bounded()
    {
        await using var scene = new SpoolScene();
        await scene.StartAsync();
        for (var i = 0; i < 40; i++)
        {
            await scene.KeepAsync(string.Create(CultureInfo.InvariantCulture, $"m{i:00}"));
            scene.Time.Advance(TimeSpan.FromMilliseconds(5));
        }

        var (now, most) = (0, 0);
        scene.Relay.Answer = async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Yield();
            Interlocked.Decrement(ref now);
            return FakeRelayDelivered();
        };
        await scene.PassAsync(TimeSpan.FromMinutes(6));
        await SpoolScene.UntilAsync(() => scene.Relay.Got.Count == 40);
        await scene.CalmAsync();
        Assert.InRange(most, 1, 8);
        Assert.Equal("m00", scene.Tried[0]);
        Assert.Empty(scene.Spool.Totals());
    }

    [Fact]
    public void The_oldest_is_the_next()
    {
        var queue = new SpoolQueue("acme", new ManualTime()) { Settings = SpoolScene.Tenant("acme", "example.com") };
        queue.Answered();
        foreach (var id in (ulong[])[5, 3, 9, 1])
            queue.Add(new SpoolEntry(new SpoolId(id), default, 8192, 0), SpoolPlace.Ready);
        ulong[] order = [.. Enumerable.Range(0, 4).Select(_ => queue.Next(TimeSpan.FromDays(5), static _ => true)!.Id.Value)];
        Assert.Equal([1UL, 3, 5, 9], order);
        Assert.Null(queue.Next(TimeSpan.FromDays(5), static _ => true));
    }

    [Fact]
    public async Task New_mail_that_is_taken_sets_the_rest_going()
    {
        await using var scene = new SpoolScene();
        await scene.StartAsync();
        await scene.KeepAsync("m");
        scene.Relay.Answer = static _ => SpoolScene.Delivered();
        await scene.PassAsync(Second);
        Assert.Empty(scene.Relay.Got);
        scene.Spool.BackendAnswered("acme");
        await scene.PassAsync(Second);
        Assert.Single(scene.Relay.Got);
    }

    [Fact]
    public async Task One_tenant_with_much_does_not_hold_up_another()
    {
        await using var scene = new SpoolScene();
        await scene.StartAsync();
        for (var i = 0; i < 100; i++)
            await scene.KeepAsync(string.Create(CultureInfo.InvariantCulture, $"m{i}"));
        await scene.KeepAsync("other", tenant: 1);
        // Nobody is answered before the other tenant had its turn: those of the first that may be under way are.
        var answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        scene.Relay.Answer = async _ =>
        {
            await answers.Task;
            return await SpoolScene.Delivered();
        };
        scene.Time.Advance(TimeSpan.FromMinutes(6));
        await SpoolScene.UntilAsync(() => scene.Tried.Contains("other", StringComparer.Ordinal));
        Assert.InRange(scene.Relay.Got.Count, 1, SpoolQueue.MostAtOnce + 1);
        answers.SetResult();
        await SpoolScene.UntilAsync(() => scene.Relay.Got.Count == 101);
        await scene.CalmAsync();
    }

    [Fact]
    public async Task What_is_put_off_waits_its_own_time_and_others_go()
    {
        await using var scene = new SpoolScene();
        await scene.StartAsync();
        await scene.KeepAsync("later");
        await scene.KeepAsync("now");
        scene.Relay.Answer = _ => scene.Relay.Got[^1].Text.Contains("later", StringComparison.Ordinal) ? SpoolScene.Answer(DeliveryOutcome.Deferred, 451) : SpoolScene.Delivered();
        await scene.PassAsync(TimeSpan.FromMinutes(5));
        await scene.PassAsync(Second);
        Assert.Equal("later now", string.Join(' ', scene.Tried));
        var left = Assert.Single(await scene.Spool.ListAsync("acme", 10));
        Assert.Equal(("waiting", "451 words of the server", 1), (left.State, left.Last, left.Tries));
        await scene.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(3, scene.Tried.Count);
    }

    [Fact]
    public async Task What_is_refused_goes_to_the_quarantine_with_an_alarm()
    {
        await using var scene = new SpoolScene();
        await scene.StartAsync();
        await scene.KeepAsync("m");
        scene.Relay.Answer = static _ => SpoolScene.Answer(DeliveryOutcome.Refused, 550, 550);
        await scene.PassAsync(TimeSpan.FromMinutes(6));
        var (kept, text) = Assert.Single(scene.Quarantine.Kept);
        Assert.Equal(("spool-refused", "550 words of the server"), (kept.Reasons[0].Rule, kept.Reasons[0].Detail));
        Assert.Equal("a@x.test", kept.From);
        Assert.StartsWith("From: a@x.test\r\n", text, StringComparison.Ordinal);
        Assert.Equal(AlarmKind.SpoolRefused, Assert.Single(scene.Alarms.Raised).Kind);
        Assert.DoesNotContain("words", scene.Alarms.Raised.First().Text, StringComparison.Ordinal);
        Assert.Equal(("user1@example.com", 550), Assert.Single(scene.Recipients.Refused));
        Assert.Equal("quarantined", Assert.Single(scene.Ledger.Records).Outcome);
        Assert.Empty(scene.Disk.Left);
    }

    [Fact]
    public async Task Where_the_quarantine_is_full_it_is_held_until_it_is_let_go()
    {
        await using var scene = new SpoolScene();
        await scene.StartAsync();
        await scene.KeepAsync("m");
        scene.Relay.Answer = static _ => SpoolScene.Answer(DeliveryOutcome.Refused, 550);
        scene.Quarantine.Outcome = QuarantineOutcome.Full;
        await scene.PassAsync(TimeSpan.FromMinutes(6));
        var held = Assert.Single(await scene.Spool.ListAsync(null, 10));
        Assert.Equal(("held", "the quarantine does not take it"), (held.State, held.Held));
        await scene.RestartAsync();
        await scene.PassAsync(TimeSpan.FromDays(6));
        Assert.Single(scene.Relay.Got);
        scene.Quarantine.Outcome = QuarantineOutcome.Kept;
        Assert.True(SpoolId.TryParse(held.Id, out var id));
        Assert.True(await scene.Spool.HoldAsync(id, release: true));
        await scene.PassAsync(Second);
        await SpoolScene.UntilAsync(() => scene.Quarantine.Kept.Count == 1);
        await scene.CalmAsync();
        Assert.Empty(scene.Disk.Left);
    }

    [Fact]
    public async Task After_five_days_it_is_in_the_quarantine()
    {
        await using var scene = new SpoolScene();
        await scene.StartAsync();
        await scene.KeepAsync("m");
        for (var hour = 0; hour < 5 * 24; hour++)
        {
            Assert.Empty(scene.Quarantine.Kept);
            await scene.PassAsync(TimeSpan.FromHours(1));
        }

        await scene.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal("spool-expired", Assert.Single(scene.Quarantine.Kept).Message.Reasons[0].Rule);
        Assert.Equal(AlarmKind.SpoolExpired, Assert.Single(scene.Alarms.Raised).Kind);
        Assert.Empty(scene.Disk.Left);
    }

    [Fact]
    public async Task A_clock_that_is_set_expires_nothing_and_holds_nothing_up()
    {
        await using var scene = new SpoolScene();
        await scene.StartAsync();
        await scene.KeepAsync("m");
        scene.Time.JumpWallClock(TimeSpan.FromDays(30));
        await scene.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Single(scene.Relay.Got);
        Assert.Empty(scene.Quarantine.Kept);
        scene.Time.JumpWallClock(TimeSpan.FromDays(-30));
        scene.Relay.Answer = static _ => SpoolScene.Delivered();
        await scene.RestartAsync();
        await scene.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(2, scene.Relay.Got.Count);
        Assert.Empty(scene.Disk.Left);
    }

    [Fact]
    public async Task Recipients_part_where_the_server_parts_them()
    {
        await using var scene = new SpoolScene();
        await scene.StartAsync();
        await scene.KeepAsync("m", recipients: ["good", "bad", "later"]);
        scene.Relay.Answer = static delivery => delivery.Recipients.Count == 3 ? SpoolScene.Answer(DeliveryOutcome.SomeRecipientsRefused, 450, 250, 550, 450) : SpoolScene.Delivered();
        await scene.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal("good@example.com", Assert.Single(scene.Relay.Got[^1].Delivery.Recipients).Path.Mailbox!.ToString());
        Assert.Equal("bad@example.com", Assert.Single(Assert.Single(scene.Quarantine.Kept).Message.Delivery.Recipients).Path.Mailbox!.ToString());
        await scene.RestartAsync();
        Assert.Equal("later@example.com", Assert.Single(Assert.Single(await scene.Spool.ListAsync(null, 10)).Recipients));
        await scene.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal("later@example.com", Assert.Single(scene.Relay.Got[^1].Delivery.Recipients).Path.Mailbox!.ToString());
        Assert.Empty(scene.Disk.Left);
    }

    [Fact]
    public async Task Lmtp_gets_one_recipient_at_a_time()
    {
        await using var scene = new SpoolScene(static settings => settings with
        {
            Tenants = [settings.Tenants[0] with { Backends = new BackendSettings { Smtp = [new BackendAddress("127.0.0.1", 1, false, IsLmtp: true)] } }],
        });
        await scene.StartAsync();
        await scene.KeepAsync("m", recipients: ["one", "two", "three"]);
        scene.Relay.Answer = static delivery => delivery.Recipients[0].Path.Mailbox!.LocalPart is "two" ? SpoolScene.Answer(DeliveryOutcome.Deferred, 452) : SpoolScene.Delivered();
        await scene.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal([1, 1, 1], scene.Relay.Got.Select(static got => got.Delivery.Recipients.Count));
        Assert.Equal("two@example.com", Assert.Single(Assert.Single(await scene.Spool.ListAsync(null, 10)).Recipients));
    }

    [Fact]
    public async Task A_lost_answer_is_known_before_the_next_try()
    {
        await using var scene = new SpoolScene();
        await scene.StartAsync();
        await scene.KeepAsync("m");
        scene.Relay.Answer = static _ => SpoolScene.Answer(DeliveryOutcome.Unknown, 0);
        await scene.PassAsync(TimeSpan.FromMinutes(6));
        Assert.True(Assert.Single(await scene.Spool.ListAsync(null, 10)).MayBeDelivered);
    }

    [Fact]
    public async Task An_answer_that_comes_late_counts()
    {
        await using var scene = new SpoolScene();
        await scene.StartAsync();
        await scene.KeepAsync("m");
        var late = new TaskCompletionSource<bool>();
        scene.Relay.Answer = _ => new(new DeliveryResult(DeliveryOutcome.Unknown, null, 0, null, "", [], late.Task));
        scene.Time.Advance(TimeSpan.FromMinutes(6));
        await SpoolScene.UntilAsync(() => scene.Relay.Got.Count == 1);
        scene.Time.Advance(TimeSpan.FromHours(2));
        late.SetResult(true);
        await scene.CalmAsync();
        Assert.Single(scene.Relay.Got);
        Assert.Empty(scene.Disk.Left);
    }

    [Fact]
    public async Task A_message_from_before_the_start_is_remembered_in_the_ledger_once_its_file_is_gone()
    {
        await using var scene = new SpoolScene();
        await scene.StartAsync();
        await scene.KeepAsync("m");
        Assert.Equal(1, await scene.RestartAsync());
        Assert.Empty(scene.Ledger.Kept);
        scene.Relay.Answer = static _ => SpoolScene.Delivered();
        await scene.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal(System.Security.Cryptography.SHA256.HashData("m"u8), Assert.Single(scene.Ledger.Kept).Key);
    }

    [Fact]
    public async Task Administrators_hold_flush_and_delete()
    {
        await using var scene = new SpoolScene();
        await scene.StartAsync();
        await scene.KeepAsync("one");
        await scene.KeepAsync("two");
        var views = await scene.Spool.ListAsync(null, 10);
        Assert.True(SpoolId.TryParse(views[0].Id, out var one));
        Assert.True(SpoolId.TryParse(views[1].Id, out var two));
        Assert.True(await scene.Spool.HoldAsync(one, release: false));
        await scene.RestartAsync();
        Assert.Equal("held", (await scene.Spool.ShowAsync(one))!.State);
        Assert.False(scene.Spool.Flush(one));
        scene.Relay.Down = DeliveryOutcome.Unreachable;
        Assert.True(scene.Spool.Flush(two));
        await scene.CalmAsync();
        Assert.Equal("two", string.Join(' ', scene.Tried));
        scene.Relay.Down = null;
        Assert.Equal(1, scene.Spool.Flush(tenant: null));
        await scene.CalmAsync();
        Assert.Equal("two two", string.Join(' ', scene.Tried));
        Assert.Equal("s-one", (await scene.Spool.DeleteAsync(one))!.Session);
        Assert.Null(await scene.Spool.DeleteAsync(one));
        Assert.Equal(1, await scene.RestartAsync());
    }

    [Fact]
    public async Task A_tenant_that_is_removed_keeps_its_mail()
    {
        await using var scene = new SpoolScene();
        await scene.StartAsync();
        await scene.KeepAsync("m");
        scene.Settings = scene.Settings with { Tenants = [scene.Settings.Tenants[1]] };
        scene.Spool.Apply(scene.Settings);
        await scene.PassAsync(TimeSpan.FromDays(6));
        Assert.Equal(1, await scene.RestartAsync());
        await scene.PassAsync(TimeSpan.FromDays(6));
        Assert.Empty(scene.Relay.Got);
        Assert.Equal("acme", Assert.Single(scene.Spool.Totals()).Tenant);
    }

    [Fact]
    public async Task When_it_is_full_senders_keep_their_mail()
    {
        await using var scene = new SpoolScene(static settings => settings with { Spool = new SpoolSettings { MaxSize = 64 << 10, TenantShare = 0.5 } });
        await scene.StartAsync();
        for (var i = 0; i < 4; i++)
            Assert.True(await scene.KeepAsync(string.Create(CultureInfo.InvariantCulture, $"m{i}")));
        Assert.False(scene.Spool.HasRoom(scene.Settings.Tenants[0], 100));
        Assert.False(await scene.KeepAsync("m5"));
        Assert.Equal(AlarmKind.SpoolFull, Assert.Single(scene.Alarms.Raised).Kind);
        Assert.True(scene.Spool.HasRoom(scene.Settings.Tenants[1], 100));
        Assert.False(scene.Spool.HasRoom(scene.Settings.Tenants[1], 30_000));
        Assert.Equal(4, await scene.RestartAsync());
        Assert.False(scene.Spool.HasRoom(scene.Settings.Tenants[0], 100));
    }

    [Fact]
    public async Task A_damaged_file_is_held_as_it_is()
    {
        await using var scene = new SpoolScene();
        await scene.StartAsync();
        await scene.KeepAsync("m");
        scene.Disk.Damage(".mail");
        scene.Relay.Answer = static _ => SpoolScene.Delivered();
        await scene.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Empty(scene.Relay.Got);
        Assert.Equal(("held", "its file cannot be read"), (Assert.Single(await scene.Spool.ListAsync(null, 10)).State, (await scene.Spool.ListAsync(null, 10))[0].Held));
        Assert.Contains(scene.Disk.Left, static name => name.EndsWith(".mail", StringComparison.Ordinal));
    }

    [Fact]
    public void A_hundred_thousand_messages_take_little_memory()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("GARITA_LONG") is "1", "long");
        var queue = new SpoolQueue("acme", new ManualTime());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 100_000; i++)
            queue.Add(new SpoolEntry(new SpoolId((ulong)i), default, 8192, 0), SpoolPlace.Ready);
        var octets = GC.GetTotalMemory(forceFullCollection: true) - before;
        TestContext.Current.SendDiagnosticMessage($"{octets / 100_000} octets a message");
        Assert.InRange(octets, 1, 40_000_000);
        Assert.Equal(100_000, queue.Count);
    }

    private static DeliveryResult FakeRelayDelivered() => Dialogue.FakeRelay.Delivered();
}
