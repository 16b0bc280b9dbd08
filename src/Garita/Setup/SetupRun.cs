using System.Net;
using System.Net.Sockets;
using Garita.Commands.Wall;
using Garita.Gateway.Settings;
using Garita.Settings;

namespace Garita.Setup;

/// <summary>What the command line gave; null for what is to be asked.</summary>
internal sealed record SetupGiven
{
    public string? Hostname { get; init; }

    public string? Domains { get; init; }

    public string? Backend { get; init; }

    public string? BackendPin { get; init; }

    public string? Recipients { get; init; }

    public string? LdapServer { get; init; }

    public string? LdapBase { get; init; }

    public string? LdapBindDn { get; init; }

    public string? LdapPasswordFile { get; init; }

    public string? LdapTls { get; init; }

    public string? LdapCa { get; init; }

    public string? LdapAddress { get; init; }

    public string? Certificate { get; init; }

    public string? Key { get; init; }

    public string[] Listen { get; init; } = [];

    public string? Data { get; init; }
}

/// <summary>Question by question to the answers.</summary>
internal sealed class SetupRun(SetupGiven given, SetupDialogue dialogue, SetupChecks checks)
{
    private static readonly string[] Sources = ["call-ahead", "ldap", "any"];

    /// <exception cref="SetupEndException">There is no good answer to something.</exception>
    public async Task<SetupAnswers> RunAsync(string localName)
    {
        var hostname = await dialogue.AskAsync("--hostname", "the host name of this gateway, as the MX record shall name it", given.Hostname, localName.Contains('.', StringComparison.Ordinal) ? localName : null, HostnameAsync);
        var domains = await dialogue.AskAsync("--domain", "the mail domains, separated by blanks", given.Domains, null, text => DomainsAsync(text, hostname));
        var (backend, view) = await dialogue.AskAsync("--backend", "the mail server behind, HOST or HOST:PORT", given.Backend, null, text => BackendAsync(text, hostname, domains[0]));
        var recipients = await dialogue.AskAsync(
            "--recipients", "where recipients are known from: a file, call-ahead, ldap or any", given.Recipients, view.TakesAnyone == true ? "any" : "call-ahead", text => Task.FromResult(Recipients(text, domains, view)));
        var known = new SetupAnswers
        {
            Hostname = hostname,
            Domains = domains,
            Backend = backend,
            BackendPin = given.BackendPin,
            Source = recipients.Source,
            RecipientFile = recipients.File,
        };
        if (recipients.Source == RecipientSource.Ldap)
            known = await LdapAsync(known);
        return known with
        {
            Gateways = await GatewaysAsync(backend),
            Certificate = await CertificateAsync(hostname),
            Listen = given.Listen.Length > 0 ? given.Listen : ["0.0.0.0:25", "[::]:25"],
            Data = given.Data is { } data ? Path.GetFullPath(data) : "/var/lib/garita",
        };
    }

    private async Task<(string, IReadOnlyList<SetupFinding>)> HostnameAsync(string text) => SetupChecks.Name(text, isHost: true) is { } name
        ? (name, await checks.HostnameAsync(name))
        : ("", [SetupFinding.Wrong($"{SafeText.Quote(text)} is no fully qualified host name", "such as mx1.example.com (RFC 5321 §2.3.5)")]);

    private async Task<(List<string>, IReadOnlyList<SetupFinding>)> DomainsAsync(string text, string hostname)
    {
        var domains = new List<string>();
        var findings = new List<SetupFinding>();
        foreach (var word in text.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (SetupChecks.Name(word, isHost: false) is not { } domain)
                findings.Add(SetupFinding.Wrong($"{SafeText.Quote(word)} is no domain", "such as example.com"));
            else if (!domains.Contains(domain, StringComparer.Ordinal))
                domains.Add(domain);
        }

        if (domains.Count == 0 && findings.Count == 0)
            findings.Add(SetupFinding.Wrong("at least one domain is needed: mail for all others is refused"));
        foreach (var domain in domains)
            findings.AddRange(await checks.DomainAsync(domain, hostname));
        return (domains, findings);
    }

    private async Task<((BackendAddress, BackendView), IReadOnlyList<SetupFinding>)> BackendAsync(string text, string hostname, string domain)
    {
        if ((NetworkText.TryBackend(text, Path.GetFullPath, out var backend) is not null && NetworkText.TryBackend(text + ":25", Path.GetFullPath, out backend) is not null) || backend is null)
            return ((new BackendAddress("", 0, false, false), new BackendView()), [SetupFinding.Wrong($"{SafeText.Quote(text)} is no mail server", "HOST:PORT, [IPV6]:PORT or unix:PATH, each with lmtp: before it for LMTP")]);
        var (view, findings) = await checks.BackendAsync(backend, hostname, domain, given.BackendPin);
        return ((backend, view), findings);
    }

    private ((RecipientSource Source, string? File) Value, IReadOnlyList<SetupFinding> Findings) Recipients(string text, List<string> domains, BackendView view) => text switch
    {
        "call-ahead" => ((RecipientSource.CallAhead, null), view.TakesAnyone switch
        {
            false => [SetupFinding.Good("the mail server will be asked who exists")],
            true => [SetupFinding.Doubt("the mail server takes every recipient at RCPT: asking it tells nothing", "make it refuse unknown recipients, or give a file or directory")],
            _ => [SetupFinding.Note("the mail server could not be asked yet")],
        }),
        "ldap" => ((RecipientSource.Ldap, null), []),
        "any" => ((RecipientSource.Any, null), [SetupFinding.Note("every recipient is taken: harvesters and non-delivery reports get to the mail server", "later: garita recipients, docs/configuration.md")]),
        "" => ((RecipientSource.Any, null), [SetupFinding.Wrong($"expected the path of a file with one address a line, or {string.Join(", ", Sources)}")]),
        _ => ((RecipientSource.File, Path.GetFullPath(text)), checks.RecipientFile(Path.GetFullPath(text), domains)),
    };

    private static async Task<IReadOnlyList<string>> GatewaysAsync(BackendAddress backend)
    {
        if (backend.IsUnix)
            return [];
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(backend.Host);
            return [.. addresses.Select(LocalAddresses.Towards).OfType<IPAddress>().Where(static local => !IPAddress.IsLoopback(local)).Select(static local => local.ToString()).Distinct(StringComparer.Ordinal)];
        }
        catch (SocketException)
        {
            // Said already, where the mail server was looked at.
            return [];
        }
    }

    /// <summary>Asks for the directory; once all of it is known it is looked at, and where that raises doubts all of it is asked for again.</summary>
    private async Task<SetupAnswers> LdapAsync(SetupAnswers known)
    {
        var server = await dialogue.AskAsync("--ldap-server", "the directory, HOST or HOST:PORT", given.LdapServer, null, static text => Text(text, "a host such as ldap.example.com"));
        var dn = await dialogue.AskAsync("--ldap-bind-dn", "who reads it, such as cn=garita,dc=example,dc=com (nothing: anonymous)", given.LdapBindDn, "", static text => Optional(text));
        var password = dn.Length == 0 ? given.LdapPasswordFile : await dialogue.AskAsync("--ldap-password-file", "the file with its password", given.LdapPasswordFile, null, PasswordAsync);
        return await dialogue.AskAsync("--ldap-base", "where addresses are in it, such as dc=example,dc=com", given.LdapBase, null, async text =>
        {
            var answers = known with
            {
                LdapServer = server,
                LdapBase = text,
                LdapBindDn = dn.Length == 0 ? null : dn,
                LdapPasswordFile = password is { Length: > 0 } ? Path.GetFullPath(password) : null,
                LdapTls = given.LdapTls,
                LdapCa = given.LdapCa is { } ca ? Path.GetFullPath(ca) : null,
            };
            return (answers, text.Length == 0 ? [SetupFinding.Wrong("expected a distinguished name such as dc=example,dc=com")] : await checks.DirectoryAsync(answers, given.LdapAddress));
        });
    }

    private Task<(string, IReadOnlyList<SetupFinding>)> PasswordAsync(string text) =>
        Task.FromResult<(string, IReadOnlyList<SetupFinding>)>((text, text.Length == 0 || !File.Exists(text) ? [SetupFinding.Wrong($"there is no file {SafeText.Quote(text)}", "the password on one line, readable for the service alone")] : [.. checks.Readable(Path.GetFullPath(text))]));

    private static Task<(string, IReadOnlyList<SetupFinding>)> Optional(string text) => Task.FromResult<(string, IReadOnlyList<SetupFinding>)>((text, []));

    // What it may be in full is the reader's matter, before the file is put in place.
    private static Task<(string, IReadOnlyList<SetupFinding>)> Text(string text, string expected) =>
        Task.FromResult<(string, IReadOnlyList<SetupFinding>)>((text, text.Length > 0 ? [] : [SetupFinding.Wrong("expected " + expected)]));

    private async Task<CertificateSettings?> CertificateAsync(string hostname)
    {
        // A key without its certificate, or the other way round, is a typing error and no wish for none.
        if (given.Certificate is null && given.Key is not null)
            throw new SetupEndException("--key is given without --certificate, expected both or none", isUsage: true);
        var certificate = await dialogue.AskAsync("--certificate", "the certificate chain, a PEM file (nothing: a self-signed one is made)", given.Certificate, "", static text => Task.FromResult<(string, IReadOnlyList<SetupFinding>)>(
            (text, text.Length == 0 ? [SetupFinding.Note("STARTTLS gets a self-signed certificate: other mail servers do not verify it")] : File.Exists(text) ? [] : [SetupFinding.Wrong($"there is no file {SafeText.Escape(text)}")])));
        return certificate.Length == 0 ? null : await dialogue.AskAsync("--key", "its private key, a PEM file", given.Key, null, text =>
        {
            var files = new CertificateSettings(Path.GetFullPath(certificate), text.Length == 0 ? "" : Path.GetFullPath(text));
            return Task.FromResult<(CertificateSettings, IReadOnlyList<SetupFinding>)>((files, text.Length == 0 ? [SetupFinding.Wrong("expected the key of the certificate")] : checks.Certificate(files, hostname)));
        });
    }
}
