using System.CommandLine;
using System.Net;
using Garita.Gateway.Evidence.Dns;
using Garita.Gateway.Settings;
using Garita.Settings;
using Garita.Setup;

namespace Garita.Commands;

/// <summary><c>garita setup</c>: a first settings file, each answer looked at, written only when the program itself can read it.</summary>
internal static class SetupCommand
{
    private static readonly Option<string?> Hostname = Text("--hostname", "NAME", "Host name of this gateway");
    private static readonly Option<string[]> Domain = new("--domain") { Description = "Mail domain; may be given several times", HelpName = "DOMAIN" };
    private static readonly Option<string?> Backend = Text("--backend", "HOST:PORT", "The mail server behind");
    private static readonly Option<string?> Pin = Text("--backend-pin", "sha256/BASE64", "The key that the mail server must have");
    private static readonly Option<string?> Recipients = Text("--recipients", "FILE|call-ahead|ldap|any", "Where recipients are known from");
    private static readonly Option<string?> LdapServer = Text("--ldap-server", "HOST", "The directory");
    private static readonly Option<string?> LdapBase = Text("--ldap-base", "DN", "Where addresses are in it");
    private static readonly Option<string?> LdapBindDn = Text("--ldap-bind-dn", "DN", "Who reads it");
    private static readonly Option<string?> LdapPasswordFile = Text("--ldap-password-file", "FILE", "Its password");
    private static readonly Option<string?> LdapTls = Text("--ldap-tls", "starttls|ldaps|none", "How it is protected [default: starttls]");
    private static readonly Option<string?> LdapCa = Text("--ldap-ca", "FILE", "The CA of its certificate [default: the system's]");
    private static readonly Option<string?> LdapAddress = Text("--ldap-address", "ADDRESS", "An address that must be found in it, as a test");
    private static readonly Option<string?> Certificate = Text("--certificate", "FILE", "Certificate chain, PEM");
    private static readonly Option<string?> Key = Text("--key", "FILE", "Its private key, PEM");
    private static readonly Option<string[]> Listen = new("--listen") { Description = "Where it listens [default: 0.0.0.0:25 and [::]:25]", HelpName = "ADDRESS:PORT" };
    private static readonly Option<string?> Data = Text("--data", "FOLDER", "Data folder [default: /var/lib/garita]");
    private static readonly Option<string?> Resolver = Text("--dns", "ADDRESS:PORT", "Resolver for these checks [default: the system's]");
    private static readonly Option<string?> Output = Text("--output", "FILE", "The settings file to write [default: that of all verbs]");
    private static readonly Option<bool> Yes = new("--yes") { Description = "Ask nothing, and write in spite of doubts" };
    private static readonly Option<bool> Force = new("--force") { Description = "Replace a settings file that is there; a copy of it is kept" };

    public static Command Create()
    {
        var verb = new Verb("setup", "Write a first settings file: asks, or takes options, and looks at DNS, mail server, recipients and certificate")
        {
            Examples =
            [
                "garita setup",
                "garita setup --hostname mx1.example.com --domain example.com --backend 10.0.0.5:25 --recipients call-ahead --yes",
            ],
        };
        foreach (var option in (Option[])[Hostname, Domain, Backend, Pin, Recipients, LdapServer, LdapBase, LdapBindDn, LdapPasswordFile, LdapTls, LdapCa, LdapAddress, Certificate, Key, Listen, Data, Resolver, Output, Yes, Force])
            verb.Options.Add(option);
        verb.SetAction(async (result, _) =>
        {
            var asks = !result.GetValue(Yes) && !Console.IsInputRedirected;
            return await RunAsync(result, asks ? Console.In : null, CommandLine.Output(result), result.InvocationConfiguration.Error, TimeProvider.System, ServiceAccount.Find(ServiceAccount.Usual));
        });
        return verb;
    }

    /// <summary>Asks, checks, writes.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="input">Who answers; null: nobody.</param>
    /// <param name="output">Questions and findings.</param>
    /// <param name="error">Why it ended.</param>
    /// <param name="time">The clock.</param>
    /// <param name="account">The user that the service runs as; null: there is none here.</param>
    internal static async Task<int> RunAsync(ParseResult result, TextReader? input, TextWriter output, TextWriter error, TimeProvider time, ServiceAccount? account)
    {
        var file = Path.GetFullPath(result.GetValue(Output) ?? CommandLine.FileOf(result));
        // Said before anybody answers ten questions for nothing.
        if (File.Exists(file) && !result.GetValue(Force))
            return End(error, $"{file} is there already; nothing was changed (--force replaces it and keeps a copy, --output FILE writes another)", ExitCodes.Failed);
        var dns = new DnsSettings();
        if (result.GetValue(Resolver) is { } resolver)
        {
            if (!NetworkText.TryEndPoint(resolver, out var server))
                return End(error, $"--dns is {SafeText.Quote(resolver)}, expected ADDRESS:PORT such as 127.0.0.1:53", ExitCodes.Usage);
            dns = dns with { Servers = [server] };
        }

        try
        {
            var dialogue = new SetupDialogue(input, output, result.GetValue(Yes));
            var answers = await new SetupRun(Given(result), dialogue, new SetupChecks(new DnsResolver(dns, time), time) { Account = account }).RunAsync(Dns.GetHostName());
            var text = SetupText.Of(answers);
            // By the reader that the gateway itself uses: what it cannot take is not written.
            SettingsFile.Parse(text, file);
            if (dialogue.HasDoubts)
                return End(error, "nothing was written because of the doubts above; --yes writes in spite of them", ExitCodes.Failed);
            if (dialogue.IsAsking)
            {
                await output.WriteLineAsync($"\n{text}");
                if (!dialogue.Confirm($"Write this to {file}?"))
                    return End(error, "nothing was written", ExitCodes.Failed);
            }

            foreach (var line in SettingsPlace.Write(file, text, account, time))
                await output.WriteLineAsync(line);
            await output.WriteLineAsync(NextSteps(file, answers));
            return ExitCodes.Ok;
        }
        catch (SetupEndException end)
        {
            return End(error, end.Message, end.IsUsage ? ExitCodes.Usage : ExitCodes.Failed);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return End(error, $"{file}: {problem.Message}; nothing was changed", ExitCodes.Failed);
        }
    }

    private static SetupGiven Given(ParseResult result) => new()
    {
        Hostname = result.GetValue(Hostname),
        Domains = result.GetValue(Domain) is { Length: > 0 } domains ? string.Join(' ', domains) : null,
        Backend = result.GetValue(Backend),
        BackendPin = result.GetValue(Pin),
        Recipients = result.GetValue(Recipients),
        LdapServer = result.GetValue(LdapServer),
        LdapBase = result.GetValue(LdapBase),
        LdapBindDn = result.GetValue(LdapBindDn),
        LdapPasswordFile = result.GetValue(LdapPasswordFile),
        LdapTls = result.GetValue(LdapTls),
        LdapCa = result.GetValue(LdapCa),
        LdapAddress = result.GetValue(LdapAddress),
        Certificate = result.GetValue(Certificate),
        Key = result.GetValue(Key),
        Listen = result.GetValue(Listen) ?? [],
        Data = result.GetValue(Data),
    };

    private static string NextSteps(string file, SetupAnswers answers)
    {
        var config = string.Equals(file, CommandLine.DefaultFile, StringComparison.Ordinal) ? "" : $" --config {file}";
        // On the same machine a packet filter has nothing to close.
        var form = answers.Gateways.Count > 0 ? "nftables" : "postfix --gateway 127.0.0.1";
        return $"""

            What comes next:
              garita check{config}
              systemctl enable --now garita.socket garita.service garita-warden.service   # or: garita serve{config}
              garita wall render{config}           # the packet filter of this machine; garita wall apply puts it in force, with a way back
              garita wall lockdown --for {form}{config}
                                                   # {answers.Backend.Host}: takes mail from this gateway alone; proof: garita wall probe {answers.Backend.Host}
              garita harden audit                  # this machine itself
              Last, when a message comes through:  MX of {string.Join(", ", answers.Domains)} to {answers.Hostname}
            """;
    }

    private static int End(TextWriter error, string message, int code)
    {
        error.WriteLine("garita: " + message);
        return code;
    }

    private static Option<string?> Text(string name, string help, string description) => new(name) { Description = description, HelpName = help };
}
