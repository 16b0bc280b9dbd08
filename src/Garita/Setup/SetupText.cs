using System.Globalization;
using System.Text;
using Garita.Gateway.Settings;

namespace Garita.Setup;

/// <summary>Writes a settings file of what was answered, with what most people change next as comments.</summary>
internal static class SetupText
{
    public static string Of(SetupAnswers answers)
    {
        var text = new StringBuilder();
        text.Append("# Written by \"garita setup\". Every key: docs/configuration.md. After a change: garita check && systemctl reload garita\n");
        Pair(text, "hostname", answers.Hostname);
        Pair(text, "data", answers.Data);
        text.Append("\n[[listener]]\nname = \"mx\"\n");
        Line(text, "bind", List(answers.Listen));
        text.Append("tls = \"starttls\"\n");
        if (answers.Certificate is { } certificate)
        {
            text.Append("\n[[certificate]]\n");
            Pair(text, "certificate", certificate.Certificate);
            Pair(text, "key", certificate.Key);
        }
        else
        {
            text.Append("\n# Without a certificate STARTTLS gets a self-signed one, which other mail servers do not mind.\n# [[certificate]]\n# certificate = \"/etc/garita/tls/fullchain.pem\"\n# key = \"/etc/garita/tls/privkey.pem\"\n");
        }

        text.Append("\n[networks]\ntrusted = []                       # your own servers and branch offices\nadministrators = []                # who uses SSH here: never banned\n");
        text.Append("\n[[tenant]]\nname = \"main\"\n");
        Line(text, "domains", List(answers.Domains));
        text.Append("\n[tenant.backends]\n");
        Line(text, "smtp", List([answers.Backend.ToString()]));
        if (answers.BackendPin is { } pin)
            Pair(text, "pin", pin);
        text.Append("\n[tenant.recipients]\n");
        Recipients(text, answers);
        if (answers.Gateways.Count > 0)
        {
            text.Append("\n# As the mail server sees this gateway; other ones if NAT is between. See: garita wall lockdown\n[wall.lockdown]\n");
            Line(text, "gateways", List(answers.Gateways));
        }

        return text.Append("\n# Who is told when the mail server is down or an attack is on.\n# [alarms]\n# webhook = \"https://alarms.example.com/garita\"\n").ToString();
    }

    private static void Recipients(StringBuilder text, SetupAnswers answers)
    {
        switch (answers.Source)
        {
            case RecipientSource.File:
                Pair(text, "source", "file");
                Pair(text, "file", answers.RecipientFile!);
                break;
            case RecipientSource.CallAhead:
                Pair(text, "source", "call-ahead");
                break;
            case RecipientSource.Ldap:
                Pair(text, "source", "ldap");
                text.Append("[tenant.recipients.ldap]\n");
                Line(text, "servers", List([answers.LdapServer!]));
                if (answers.LdapTls is { } tls)
                    Pair(text, "tls", tls);
                if (answers.LdapCa is { } ca)
                    Pair(text, "ca", ca);
                Pair(text, "base", answers.LdapBase!);
                if (answers.LdapBindDn is { } bind)
                    Pair(text, "bind_dn", bind);
                if (answers.LdapPasswordFile is { } password)
                    Pair(text, "password_file", password);
                break;
            default:
                text.Append("# Better a file, a directory or call-ahead: unknown recipients are then refused at the gate.\n");
                Pair(text, "source", "any");
                break;
        }
    }

    private static void Pair(StringBuilder text, string key, string value) => Line(text, key, Quote(value));

    private static void Line(StringBuilder text, string key, string value) => text.Append(key).Append(" = ").Append(value).Append('\n');

    private static string List(IEnumerable<string> values) => "[" + string.Join(", ", values.Select(Quote)) + "]";

    /// <summary>A basic string of TOML: nothing in it can end it.</summary>
    internal static string Quote(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var character in value)
        {
            if (character is '"' or '\\')
                text.Append('\\').Append(character);
            else if (char.IsControl(character))
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            else
                text.Append(character);
        }

        return text.Append('"').ToString();
    }
}
