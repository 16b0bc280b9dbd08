using System.Globalization;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Xunit;

namespace Garita.EndToEnd;

/// <summary>Real clients, the real program, Debian's Postfix behind it.</summary>
public sealed class RealMailServerTests : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "garita-e2e-" + Guid.NewGuid().ToString("N")[..8]);
    private PostfixServer? _postfix;
    private RunningGateway? _gateway;

    private RunningGateway Gateway => _gateway!;

    private PostfixServer Postfix => _postfix!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(PostfixServer.IsInstalled, "Postfix is not installed, or not run as root");
        _postfix = await PostfixServer.StartAsync(_folder + "-postfix");
        _gateway = await RunningGateway.StartAsync(_folder, Postfix.Port);
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
            await _gateway.DisposeAsync();
        if (_postfix is not null)
            await _postfix.DisposeAsync();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Swaks_delivers_and_is_refused()
    {
        var (code, text) = await Tool.TryAsync("swaks", "--server", $"127.0.0.1:{Gateway.Port}", "--tls", "--from", "me@example.net", "--to", "user1@example.com", "--header", "Subject: from swaks");
        Assert.True(code == 0, text);
        var (refused, words) = await Tool.TryAsync("swaks", "--server", $"127.0.0.1:{Gateway.Port}", "--from", "me@example.net", "--to", "nobody@example.com");
        Assert.NotEqual(0, refused);
        Assert.Contains("550 5.1.1", words, StringComparison.Ordinal);
        Assert.Contains("unknown-recipient", words, StringComparison.Ordinal);
        var mail = Assert.Single(await Postfix.WaitForAsync(1, TimeSpan.FromSeconds(20)));
        Assert.Contains("Subject: from swaks", Encoding.ASCII.GetString(mail), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(70_000)]
    [InlineData(3_000_000)]
    [InlineData(50_000_000)]
    public async Task A_message_of_any_size_arrives_identical(int size)
    {
        var random = new Random(size);
        var body = new StringBuilder(size + (size / 60));
        while (body.Length < size)
        {
            // Dot lines and 8 bit among them.
            if (random.Next(20) == 0)
                body.Append('.', random.Next(1, 3));
            body.Append((char)random.Next(0xA1, 0xFF)).Append('x', Math.Min(size, random.Next(60))).Append("\r\n");
        }

        var message = "From: a@example.net\r\nTo: user1@example.com\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\nMessage-ID: <size@example.net>\r\nSubject: size\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n" + body;
        await SendRawAsync(message, "user1@example.com");
        var got = Encoding.Latin1.GetString(Assert.Single(await Postfix.WaitForAsync(1, TimeSpan.FromSeconds(60))));
        // Not Assert.EndsWith, which would print fifty megabytes.
        var wanted = message.Replace("\r\n", "\n", StringComparison.Ordinal);
        Assert.True(got.EndsWith(wanted, StringComparison.Ordinal), $"not identical: {wanted.Length} octets sent, {got.Length} received, ends in {got[^60..]}");
    }

    [Fact]
    public async Task MailKit_sends_international_addresses_under_TLS()
    {
        using var client = new SmtpClient { ServerCertificateValidationCallback = static (_, _, _, _) => true };
        await client.ConnectAsync("127.0.0.1", Gateway.Port, SecureSocketOptions.StartTls, TestContext.Current.CancellationToken);
        using var message = new MimeMessage();
        message.From.Add(new MailboxAddress("Ä", "ä@example.net"));
        message.To.Add(new MailboxAddress("G", "grüße@example.com"));
        message.Subject = "Grüße";
        message.Body = new TextPart("plain") { Text = "ok" };
        await client.SendAsync(FormatOptions.Default, message, TestContext.Current.CancellationToken);
        await client.DisconnectAsync(true, TestContext.Current.CancellationToken);
        Assert.Single(await Postfix.WaitForAsync(1, TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task A_thousand_recipients_in_one_transaction()
    {
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", Gateway.Port, SecureSocketOptions.None, TestContext.Current.CancellationToken);
        using var message = new MimeMessage();
        message.From.Add(new MailboxAddress("", "a@example.net"));
        message.Subject = "many";
        message.Body = new TextPart("plain") { Text = "ok" };
        var recipients = Enumerable.Range(1, 1000).Select(static i => new MailboxAddress("", $"user{i}@example.com"));
        await client.SendAsync(message, new MailboxAddress("", "a@example.net"), recipients, TestContext.Current.CancellationToken);
        await client.DisconnectAsync(true, TestContext.Current.CancellationToken);
        var got = await Postfix.WaitForAsync(1000, TimeSpan.FromSeconds(60));
        Assert.Equal(1000, got.Count);
    }

    [Fact]
    public async Task Smtplib_mail_and_smtp_source_deliver()
    {
        var (python, said) = await Tool.TryAsync("python3", "-c", string.Create(CultureInfo.InvariantCulture, $"""
            import smtplib
            s = smtplib.SMTP("127.0.0.1", {Gateway.Port}); s.starttls(); s.sendmail("a@example.net", ["user1@example.com"], "From: a@example.net\r\nSubject: python\r\n\r\nhi\r\n"); s.quit()
            """));
        Assert.True(python == 0, said);
        var (mail, told) = await Tool.TryAsync("sh", "-c", $"echo hello | s-nail -:/ -Sv15-compat -Smta=smtp://127.0.0.1:{Gateway.Port} -Ssmtp-auth=none -Sfrom=a@example.net -s s-nail user2@example.com");
        Assert.True(mail == 0, told);
        var (source, words) = await Tool.TryAsync("smtp-source", "-c", "-s", "10", "-m", "200", "-f", "a@example.net", "-t", "user3@example.com", $"127.0.0.1:{Gateway.Port}");
        Assert.True(source == 0, words);
        Assert.Equal(202, (await Postfix.WaitForAsync(202, TimeSpan.FromSeconds(60))).Count);
    }

    [Fact]
    public async Task Explains_reloads_and_stops()
    {
        await SendRawAsync("From: a@example.net\r\nSubject: x\r\n\r\nhi\r\n", "user1@example.com");
        var (code, text) = await Gateway.RunAsync("explain", "user1@example.com");
        Assert.True(code == 0, text);
        Assert.Contains("delivered", text, StringComparison.Ordinal);
        var (reload, said) = await Gateway.RunAsync("reload");
        Assert.True(reload == 0, said);
        var (status, words) = await Gateway.RunAsync("status", "--json");
        Assert.True(status == 0, words);
        Gateway.Signal("TERM");
        await Gateway.WaitForExitAsync();
        Assert.Equal(0, Gateway.ExitCode);
    }

    private async Task SendRawAsync(string message, string recipient)
    {
        using var client = new RawClient(Gateway.Port);
        await client.OpenAsync();
        await client.SayAsync("MAIL FROM:<a@example.net>", "250");
        await client.SayAsync($"RCPT TO:<{recipient}>", "250");
        await client.SayAsync("DATA", "354");
        await client.SendAsync(message.Replace("\r\n.", "\r\n..", StringComparison.Ordinal));
        await client.SayAsync(".", "250");
        await client.SayAsync("QUIT", "221");
    }
}
