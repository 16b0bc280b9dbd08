using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Garita.Commands.Wall;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Recipients;
using Garita.Gateway.Recipients.Ldap;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.Settings;

namespace Garita.Setup;

/// <summary>Looks at each answer: what DNS, the mail server and the disk say of it.</summary>
/// <param name="dns">Look-ups.</param>
/// <param name="time">The clock.</param>
internal sealed class SetupChecks(IDnsResolver dns, TimeProvider time)
{
    private const int MostAddresses = 4;

    /// <summary>How long the mail server may take for all of it.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The user that has to read the files; null: there is none on this machine yet, and it is not looked at.</summary>
    public ServiceAccount? Account { get; init; }

    /// <summary>A name in the form it is kept in; null when it is none.</summary>
    public static string? Name(string text, bool isHost) =>
        DomainName.TryNormalize(Encoding.UTF8.GetBytes(text.Trim().TrimEnd('.')), smtpUtf8: true, out var name) && (!isHost || name!.Contains('.', StringComparison.Ordinal)) ? name : null;

    /// <summary>The host name: does it lead here, and does the address lead back?</summary>
    public async Task<IReadOnlyList<SetupFinding>> HostnameAsync(string hostname)
    {
        var answer = await dns.AddressesAsync(hostname);
        if (answer.Status == DnsStatus.Failed)
            return [SetupFinding.Doubt($"DNS does not answer for {hostname}", "see /etc/resolv.conf; the gateway needs a resolver")];
        if (answer.Records.Count == 0)
            return [SetupFinding.Doubt($"{hostname} has no address in DNS", "make an A record, and an AAAA record if this machine has IPv6")];
        var findings = new List<SetupFinding>();
        var reverse = new ReverseDns(dns, time);
        foreach (var address in answer.Records.Take(MostAddresses))
        {
            // RFC 8601 §3 (iprev): what other servers look at before they take mail from here.
            var fact = await reverse.FindAsync(address);
            if (fact.Confirmed && string.Equals(fact.Name, hostname, StringComparison.OrdinalIgnoreCase))
                findings.Add(SetupFinding.Good($"{hostname} is {address}, and {address} is {hostname}"));
            else
                findings.Add(SetupFinding.Doubt($"{hostname} is {address}, but {address} is {(fact.Name is null ? "nobody (no PTR record)" : SafeText.Escape(fact.Name))}", $"ask who gave you the address to set its PTR record to {hostname}"));
            if (!LocalAddresses.Seen(address.AddressFamily).Contains(address))
                findings.Add(SetupFinding.Note($"{address} is no address of this machine: right behind NAT only"));
        }

        return findings;
    }

    /// <summary>A domain: where does its mail go today?</summary>
    public async Task<IReadOnlyList<SetupFinding>> DomainAsync(string domain, string hostname)
    {
        var answer = await dns.MailExchangersAsync(domain);
        if (answer.Status == DnsStatus.Failed)
            return [SetupFinding.Doubt($"DNS does not answer for {domain}", "see /etc/resolv.conf")];
        if (answer.Status == DnsStatus.NoName)
            return [SetupFinding.Doubt($"{domain} does not exist in DNS", "is it spelled as in the addresses?")];
        var exchangers = answer.Records.OrderBy(static record => record.Preference).Select(static record => record.Exchange).ToList();
        if (exchangers.Exists(exchanger => string.Equals(exchanger, hostname, StringComparison.OrdinalIgnoreCase)))
            return exchangers.Count == 1
                ? [SetupFinding.Good($"the MX of {domain} is {hostname}")]
                : [SetupFinding.Note($"the MX of {domain} is {hostname}, and also {Others()}: attackers choose the way that nobody guards", "lead all of them to a gateway, or lock the others down")];
        if (exchangers is [""])
            return [SetupFinding.Doubt($"{domain} says in DNS that it takes no mail (null MX, RFC 7505)")];
        return [SetupFinding.Note(exchangers.Count == 0 ? $"{domain} has no MX record" : $"the MX of {domain} is {Others()}", $"set it to {hostname} last, when the gateway works")];

        string Others() => string.Join(", ", exchangers.Where(exchanger => !string.Equals(exchanger, hostname, StringComparison.OrdinalIgnoreCase)).Select(SafeText.Escape));
    }

    /// <summary>The mail server.</summary>
    public async Task<(BackendView View, IReadOnlyList<SetupFinding> Findings)> BackendAsync(BackendAddress backend, string hostname, string domain, string? pin)
    {
        var view = await new BackendLook(backend, hostname, Patience, time).LookAsync(domain);
        if (view.Problem is { } problem)
            return (view, [SetupFinding.Doubt($"{backend}: {SafeText.Escape(problem)}", "is it running, and may this machine connect to it?")]);
        var findings = new List<SetupFinding> { SetupFinding.Good($"{backend} greets: {SafeText.Quote(view.Greeting)}") };
        findings.Add(await TlsAsync(backend, view, pin));
        if (view.Can.Size is > 0 and < 10 << 20)
            findings.Add(SetupFinding.Note(string.Create(CultureInfo.InvariantCulture, $"it takes messages of {view.Can.Size} octets at most: larger ones are refused at RCPT")));
        findings.Add(view.TakesAnyone switch
        {
            true => SetupFinding.Note("it takes a recipient that cannot exist", "do not use call-ahead; a file or directory of recipients, or everything is let in"),
            false => SetupFinding.Good("it refuses a recipient that cannot exist: call-ahead works"),
            _ => SetupFinding.Note("it did not say whether it takes a recipient that cannot exist"),
        });
        return (view, findings);
    }

    private static async Task<SetupFinding> TlsAsync(BackendAddress backend, BackendView view, string? pin)
    {
        var isPublic = !backend.IsUnix && await IsPublicAsync(backend.Host);
        if (pin is not null)
        {
            return string.Equals(pin, view.Pin, StringComparison.Ordinal)
                ? SetupFinding.Good("its key is the pinned one")
                : SetupFinding.Doubt($"its key is {view.Pin ?? "unknown (no TLS)"}, not the pinned one", "no mail would be delivered");
        }

        if (view.HasTls && view.TlsProblem is null)
            return SetupFinding.Good("TLS works, and its certificate is good for its name");
        var what = view.HasTls ? "TLS: " + SafeText.Escape(view.TlsProblem!) : "it offers no TLS";
        if (!isPublic)
            return SetupFinding.Note(what + ": enough on your own network", view.HasTls ? null : "better give it a certificate");
        // BackendTlsPolicy: over the Internet mail never goes without a verified peer.
        return SetupFinding.Doubt(what + ", and its address is public: no mail would be delivered", view.Pin is null ? "give it a certificate, or reach it over a private network" : $"compare its key on the server itself, then --backend-pin {view.Pin}");
    }

    private static async Task<bool> IsPublicAsync(string host)
    {
        try
        {
            return (await Dns.GetHostAddressesAsync(host)).Any(PublicAddress.Is);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Whether the service can read a file, which root always can; nothing when it can.</summary>
    public IEnumerable<SetupFinding> Readable(string path) => Account?.Problem(path) is { } problem ? [problem] : [];

    /// <summary>A recipient file.</summary>
    public IReadOnlyList<SetupFinding> RecipientFile(string path, IReadOnlyCollection<string> domains)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var reading = RecipientFileReader.Read(stream, caseSensitive: false, domains);
            var findings = new List<SetupFinding>();
            if (reading.BadLineCount > 0)
                findings.Add(SetupFinding.Doubt(string.Create(CultureInfo.InvariantCulture, $"{path}:{reading.BadLines[0].Line}: {reading.BadLines[0].What} ({reading.BadLineCount} bad lines)"), "one address a line, @domain for a catch-all"));
            findings.Add(reading.List.Count > 0
                ? SetupFinding.Good(string.Create(CultureInfo.InvariantCulture, $"{path} has {reading.List.Count} recipients"))
                : SetupFinding.Doubt($"{path} has no recipient: all mail would be refused"));
            findings.AddRange(Readable(path));
            return findings;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return [SetupFinding.Wrong(problem.Message, "a file with one address a line")];
        }
    }

    /// <summary>The directory: TLS, bind, and whether it tells who exists from who does not.</summary>
    /// <param name="answers">What is known of it.</param>
    /// <param name="address">An address that must be in it; null: none was given.</param>
    public async Task<IReadOnlyList<SetupFinding>> DirectoryAsync(SetupAnswers answers, string? address)
    {
        LdapSettings settings;
        try
        {
            // By the gateway's own reader: its defaults are those that will hold.
            settings = SettingsFile.Parse(SetupText.Of(answers), "/etc/garita/garita.toml").Tenants[0].Recipients.Ldap!;
        }
        catch (SettingsException wrong)
        {
            return [.. wrong.Errors.Select(static error => SetupFinding.Wrong(SafeText.Escape(error.ToString()), "see [tenant.recipients.ldap] in docs/configuration.md"))];
        }

        var findings = (await LdapLook.LookAsync(settings, answers.Domains[0], address, time)).SelectMany(view => DirectoryFindings.Of(view, settings, address)).ToList();
        if (settings.Ca is { } ca && File.Exists(ca))
            findings.AddRange(Readable(ca));
        return findings;
    }

    /// <summary>Certificate and key.</summary>
    public IReadOnlyList<SetupFinding> Certificate(CertificateSettings files, string hostname)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
            var left = certificate.NotAfter - time.GetLocalNow().DateTime;
            var until = certificate.NotAfter.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var findings = new List<SetupFinding>
            {
                certificate.MatchesHostname(hostname)
                    ? SetupFinding.Good($"the certificate is for {hostname}")
                    : SetupFinding.Doubt($"the certificate is not for {hostname}", "get one for the host name that the MX names"),
                left < TimeSpan.Zero ? SetupFinding.Doubt($"the certificate ended on {until}", "renew it")
                    : left < TimeSpan.FromDays(14) ? SetupFinding.Note($"the certificate ends on {until}", "renew it; the gateway takes the new one without restart")
                    : SetupFinding.Good($"the certificate is good until {until}"),
            };
            if ((File.GetUnixFileMode(files.Key) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != UnixFileMode.None)
                findings.Add(SetupFinding.Doubt($"everybody on this machine can read the key {files.Key}", $"chmod 640 {files.Key} && chgrp garita {files.Key}"));
            findings.AddRange(Readable(files.Certificate));
            findings.AddRange(Readable(files.Key));
            return findings;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return [SetupFinding.Wrong($"certificate {files.Certificate} with key {files.Key}: {problem.Message}", "PEM files: the chain, leaf first, and its private key")];
        }
    }
}
