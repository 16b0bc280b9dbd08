using System.Text;
using Garita.Gateway.Relay;
using Garita.Gateway.Relay.Quarantine;
using Garita.Gateway.Settings;
using MimeKit;
using Xunit;

namespace Garita.Gateway.Tests.Relay.Quarantine;

/// <summary>Digests come once a day, and a link releases one message to one recipient, once.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class DigestTests
{
    private static readonly QuarantineSettings Digest = new() { Digest = true, DigestUrl = new Uri("https://garita.example.com/release") };

    [Fact]
    public async Task A_recipient_is_told_once_a_day_of_what_is_kept()
    {
        await using var scene = await QuarantineScene.OpenAsync(quarantine: Digest);
        scene.Store.Start(scene.Relay, scene.Folder);
        await scene.KeepAsync("1", subject: "https://evil.test\r\nBcc: x\u202e", recipients: ["User1@example.com", "user2@example.com"]);
        await scene.KeepAsync("2", rule: "virus", subject: "bad");
        await scene.Store.SweepAsync();
        Assert.Equal(2, scene.Relay.Got.Count);
        var (delivery, octets) = scene.Relay.Got.Single(static got => string.Equals(got.Delivery.Recipients[0].Path.Mailbox!.ToString(), "user1@example.com", StringComparison.Ordinal));
        Assert.Equal("postmaster@example.com", delivery.Mail.Path.Mailbox!.ToString());
        var message = await MimeMessage.LoadAsync(new MemoryStream(Encoding.ASCII.GetBytes(octets)), TestContext.Current.CancellationToken);
        Assert.Equal("2 messages are held for you", message.Subject);
        Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]);
        Assert.Contains("subject: https: //evil.test\\u{D}\\u{A}Bcc: x\\u{202E}", message.TextBody!, StringComparison.Ordinal);
        Assert.Single(message.TextBody!.Split("https://garita.example.com/release?token="), static part => part.Contains("Only your administrator", StringComparison.Ordinal));
        Assert.Equal(2, message.TextBody!.Split("?token=").Length);

        // Its link is a link.
        var token = message.TextBody!.Split("?token=")[1].Split("\r\n")[0].Trim();
        Assert.Equal(["user1@example.com"], (await scene.Release.RedeemAsync(token, QuarantineScene.Anna)).Recipients, StringComparer.Ordinal);
        Assert.Equal(3, scene.Relay.Got.Count);

        // Nothing new, and something new on the same day: no mail.
        await scene.Store.SweepAsync();
        scene.Folder.Time.Advance(TimeSpan.FromHours(20));
        await scene.KeepAsync("3");
        await scene.Store.SweepAsync();
        Assert.Equal(3, scene.Relay.Got.Count);
        scene.Folder.Time.Advance(TimeSpan.FromHours(5));
        await scene.Store.SweepAsync();
        Assert.Equal("user1@example.com", scene.Relay.Got[3].Delivery.Recipients[0].Path.Mailbox!.ToString());
        Assert.Equal(4, scene.Relay.Got.Count);
        scene.Folder.Time.Advance(TimeSpan.FromHours(25));
        await scene.Store.SweepAsync();
        Assert.Equal(4, scene.Relay.Got.Count);
    }

    [Fact]
    public async Task A_mail_server_that_is_down_is_asked_again_later()
    {
        await using var scene = await QuarantineScene.OpenAsync(quarantine: Digest);
        scene.Store.Start(scene.Relay, scene.Folder);
        await scene.KeepAsync(recipients: ["user1@example.com", "user2@example.com"]);
        scene.Relay.Answer = static _ => new(new DeliveryResult(DeliveryOutcome.Unreachable, null, 0, null, "", [0]));
        await scene.Store.SweepAsync();
        Assert.Single(scene.Relay.Got);
        scene.Relay.Answer = null;
        await scene.Store.SweepAsync();
        Assert.Equal(3, scene.Relay.Got.Count);
    }

    [Fact]
    public async Task Without_the_setting_nobody_is_told()
    {
        await using var scene = await QuarantineScene.OpenAsync();
        scene.Store.Start(scene.Relay, scene.Folder);
        await scene.KeepAsync();
        await scene.Store.SweepAsync();
        Assert.Empty(scene.Relay.Got);
    }

    [Fact]
    public async Task A_link_works_once_for_its_recipient_and_message()
    {
        await using var scene = await QuarantineScene.OpenAsync(quarantine: Digest);
        var id = await scene.KeepAsync("1", recipients: ["user1@example.com", "user2@example.com"]);
        var now = scene.Folder.Time.GetUtcNow();
        var token = scene.Store.Links.Make(new ReleaseLink(id, 1), now + ReleaseLinks.Life);
        var released = await scene.Release.RedeemAsync(token, QuarantineScene.Anna);
        Assert.Equal(["user2@example.com"], released.Recipients);
        Assert.Null(released.Problem);
        Assert.NotNull((await scene.Release.RedeemAsync(token, QuarantineScene.Anna)).Problem);
        Assert.Single(scene.Relay.Got);
        Assert.Equal(QuarantineState.Kept, (await scene.GetAsync(id))!.State);
        Assert.Contains(await scene.Ledger.AuditTrailAsync(5), static entry => entry.Who.Contains("by link of <user2@example.com>", StringComparison.Ordinal));

        // The other recipient's link still works, after a restart too; the key is nobody else's.
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(scene.Root, "link.key")));
        var other = scene.Store.Links.Make(new ReleaseLink(id, 0), now + ReleaseLinks.Life);
        Assert.Equal(new ReleaseLink(id, 0), ReleaseLinks.Open(scene.Root, new MailDisk()).Read(other, now));
        Assert.Null((await scene.Release.RedeemAsync(other, QuarantineScene.Anna)).Problem);
        Assert.Empty(scene.Files);
    }

    [Fact]
    public async Task A_link_that_was_changed_or_is_old_or_leads_to_what_is_dangerous_releases_nothing()
    {
        await using var scene = await QuarantineScene.OpenAsync(quarantine: Digest);
        var id = await scene.KeepAsync("1", recipients: ["user1@example.com", "user2@example.com"]);
        var virus = await scene.KeepAsync("2", rule: "virus");
        var now = scene.Folder.Time.GetUtcNow();
        var token = scene.Store.Links.Make(new ReleaseLink(id, 0), now + ReleaseLinks.Life);
        var parts = token.Split('.');
        List<string> wrong = ["", ".", "...", token + ".x", token[..^1], $"{parts[0]}.1.{parts[2]}.{parts[3]}", $"{virus}.0.{parts[2]}.{parts[3]}", $"{parts[0]}.0.{parts[2]}0.{parts[3]}", new string('a', 10_000)];
        for (var i = 0; i < token.Length; i++)
            wrong.Add(string.Concat(token.AsSpan(0, i), token[i] == 'A' ? "B" : "A", token.AsSpan(i + 1)));
        foreach (var changed in wrong)
        {
            // The last octet's unused bits make no other token.
            if (scene.Store.Links.Read(changed, now) is { } link)
                Assert.Equal(new ReleaseLink(id, 0), link);
        }

        foreach (var changed in wrong.Take(9))
            Assert.NotNull((await scene.Release.RedeemAsync(changed, QuarantineScene.Anna)).Problem);
        Assert.NotNull((await scene.Release.RedeemAsync(new ReleaseLinks(new byte[32]).Make(new ReleaseLink(id, 0), now + ReleaseLinks.Life), QuarantineScene.Anna)).Problem);
        Assert.NotNull((await scene.Release.RedeemAsync(scene.Store.Links.Make(new ReleaseLink(id, 9), now + ReleaseLinks.Life), QuarantineScene.Anna)).Problem);
        Assert.NotNull((await scene.Release.RedeemAsync(scene.Store.Links.Make(new ReleaseLink(virus, 0), now + ReleaseLinks.Life), QuarantineScene.Anna)).Problem);
        scene.Folder.Time.Advance(ReleaseLinks.Life);
        Assert.NotNull((await scene.Release.RedeemAsync(token, QuarantineScene.Anna)).Problem);
        Assert.Empty(scene.Relay.Got);
    }
}
