using System.Text;
using Garita.Gateway.Evidence.Content;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Gateway.Tests.Evidence.Content;
using Xunit;

namespace Garita.Gateway.Tests.Dialogue;

/// <summary>What becomes of a message with an attachment, by mode and class.</summary>
public sealed class AttachmentDialogueTests
{
    private static readonly string Bad = ContentScene.WithFile("eicar.com", ArchiveFiles.Eicar);

    [Theory]
    [InlineData(RuleMode.Reject, "554 5.7.1", "reject")]
    [InlineData(RuleMode.Defer, "450 4.7.1", "defer")]
    [InlineData(RuleMode.Tag, "250", "tag")]
    [InlineData(RuleMode.Shadow, "250", "shadow")]
    public async Task The_mode_decides(RuleMode mode, string reply, string verdict)
    {
        await using var gateway = await StartAsync(mode);
        using var client = await Client.OpenAsync(gateway);
        Assert.StartsWith(reply, await SendAsync(client, Bad), StringComparison.Ordinal);
        await client.SayAsync("QUIT");
        Assert.Contains(gateway.Ledger.Records, record => record.Rules.Any(hit => hit.Rule is "attachment" && hit.Is(verdict)));
    }

    [Theory]
    [InlineData(AttachmentAction.Reject, RuleMode.Quarantine, "554")]
    [InlineData(AttachmentAction.Pass, RuleMode.Reject, "250")]
    [InlineData(AttachmentAction.Tag, RuleMode.Reject, "250")]
    [InlineData(AttachmentAction.Reject, RuleMode.Shadow, "250")]
    public async Task A_class_of_its_own_mind_has_it_unless_the_rule_is_in_shadow(AttachmentAction action, RuleMode mode, string reply)
    {
        await using var gateway = await StartAsync(mode, new AttachmentSettings { Actions = new Dictionary<AttachmentClass, AttachmentAction> { [AttachmentClass.Executables] = action } });
        using var client = await Client.OpenAsync(gateway);
        Assert.StartsWith(reply, await SendAsync(client, Bad), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Off_reads_nothing()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(static settings => With(settings, new AttachmentSettings(), RuleMode.Off, RuleMode.Off));
        using var client = await Client.OpenAsync(gateway);
        Assert.StartsWith("250", await SendAsync(client, Bad), StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.Ledger.Records.SelectMany(static record => record.Rules), static hit => hit.Rule is "attachment");
    }

    [Fact]
    public async Task Strip_puts_a_note_in_its_place_and_leaves_the_rest()
    {
        await using var gateway = await StartAsync(RuleMode.Strip);
        using var client = await Client.OpenAsync(gateway);
        var message = """
            From: a@example.net
            X-Garita-Rule: forged
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary="b1"

            preamble
            --b1
            Content-Type: text/plain

            text
            --b1
            Content-Type: application/octet-stream; name="eicar.com"
            Content-Transfer-Encoding: base64

            TVqQAAMAAAAEAAAA
            --b1
            Content-Type: application/pdf; name="a.pdf"

            %PDF
            --b1--
            epilogue

            """.ReplaceLineEndings("\r\n");
        Assert.StartsWith("250", await SendAsync(client, message), StringComparison.Ordinal);
        var got = gateway.Relay.Got[0];
        var from = message.IndexOf("Content-Type: application/octet", StringComparison.Ordinal);
        var to = message.IndexOf("--b1\r\nContent-Type: application/pdf", StringComparison.Ordinal);
        Assert.StartsWith(message[..from], got.Text, StringComparison.Ordinal);
        Assert.EndsWith(message[to..], got.Text, StringComparison.Ordinal);
        Assert.Contains("The attachment \"eicar.com\" was taken out by mx.example.com", got.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("TVqQ", got.Text, StringComparison.Ordinal);
        // The ranges left out are those of the new letter.
        var (offset, length) = Assert.Single(got.Delivery.Omitted);
        Assert.Equal("X-Garita-Rule: forged\r\n", got.Text.Substring(offset, length));
    }

    [Fact]
    public async Task Strip_of_a_message_that_is_the_attachment_keeps_its_header()
    {
        await using var gateway = await StartAsync(RuleMode.Strip);
        using var client = await Client.OpenAsync(gateway);
        Assert.StartsWith("250", await SendAsync(client, "From: a@example.net\r\nContent-Type: application/octet-stream;\r\n name=eicar.com\r\nSubject: x\r\n\r\nbody\r\n"), StringComparison.Ordinal);
        var text = gateway.Relay.Got[0].Text;
        Assert.StartsWith("From: a@example.net\r\nSubject: x\r\nContent-Type: text/plain; charset=us-ascii\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("body", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strip_takes_the_encoded_message_with_what_is_in_it()
    {
        await using var gateway = await StartAsync(RuleMode.Strip);
        using var client = await Client.OpenAsync(gateway);
        var inner = ContentScene.Base64(Encoding.ASCII.GetBytes("Subject: y\r\n\r\nhello\r\n--x\r\nbegin 644 eicar.com\r\n#0V%T\r\n`\r\nend\r\n"));
        Assert.StartsWith("250", await SendAsync(client, ContentScene.WithPart("Content-Type: application/octet-stream; name=mail.eml\nContent-Transfer-Encoding: base64", inner)), StringComparison.Ordinal);
        Assert.DoesNotContain(inner[..40], gateway.Relay.Got[0].Text, StringComparison.Ordinal);
        Assert.EndsWith("--b1--\r\n", gateway.Relay.Got[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ambiguous_MIME_is_refused_where_it_is_to_be()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(static settings => With(settings, new AttachmentSettings(), RuleMode.Off, RuleMode.Reject));
        using var client = await Client.OpenAsync(gateway);
        Assert.StartsWith("554 5.6.0", await SendAsync(client, "From: a@example.net\r\nContent-Type: message/partial; id=x; number=1\r\n\r\nx\r\n"), StringComparison.Ordinal);
    }

    private static Task<GatewayUnderTest> StartAsync(RuleMode mode, AttachmentSettings? attachments = null) =>
        GatewayUnderTest.StartAsync(settings => With(settings, attachments ?? new AttachmentSettings(), mode, RuleMode.Off));

    private static GatewaySettings With(GatewaySettings settings, AttachmentSettings attachments, RuleMode mode, RuleMode ambiguous)
    {
        var rules = RuleModes.Default.With([new(RuleCatalogue.BySlug["attachment"], mode), new(RuleCatalogue.BySlug["ambiguous-mime"], ambiguous)]);
        var tenants = settings.Tenants.Select(tenant => tenant with { Rules = rules, Attachments = attachments }).ToArray();
        return settings with { Tenants = tenants, TenantByDomain = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(tenants, static tenant => tenant.Domains[0], StringComparer.Ordinal) };
    }

    private static async Task<string> SendAsync(Client client, string message)
    {
        await client.SayAsync("MAIL FROM:<a@x.test>");
        await client.SayAsync("RCPT TO:<user1@example.com>");
        await client.SayAsync("DATA");
        return await client.SayAsync(message.ReplaceLineEndings("\r\n").TrimEnd('\r', '\n') + "\r\n.");
    }
}
