using System.Text;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;

namespace Garita.Settings;

/// <summary>Reads <c>[dmarc]</c>.</summary>
internal static class DmarcReader
{
    public static DmarcSettings Read(TableReader file, Func<string, string> absolute)
    {
        var defaults = new DmarcSettings();
        if (file.Table("dmarc") is not { } table)
            return defaults;
        var list = table.Text("public_suffix_list", "the path of a public suffix list");
        return new DmarcSettings
        {
            TrustedSealers = Domains(table, "trusted_sealers").ToHashSet(StringComparer.Ordinal),
            ReportFrom = ReportFrom(table),
            ReportOrganization = Organization(table),
            PublicSuffixList = list is null ? defaults.PublicSuffixList : absolute((string)list.Value),
        };
    }

    private static Mailbox? ReportFrom(TableReader table)
    {
        const string Expected = "an address such as \"dmarc-reports@example.com\"";
        var isOn = table.Flag("reports", otherwise: false);
        if (isOn && !table.Has("report_from"))
            table.Error(table.PlaceOf("reports"), $"dmarc.reports is true without report_from, expected {Expected} with it");
        if (table.Text("report_from", Expected) is not { } node)
            return null;
        if (PathParser.TryParseMailbox((string)node.Value, out var mailbox) && mailbox is { IsAscii: true, IsLiteral: false })
            return isOn ? mailbox : null;
        table.Wrong("report_from", node, Expected);
        return null;
    }

    private static string? Organization(TableReader table)
    {
        const string Expected = "a name in ASCII, of at most 100 characters";
        if (table.Text("report_organization", Expected) is not { } node)
            return null;
        var name = (string)node.Value;
        if (name.Length is > 0 and <= 100 && !name.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return name;
        table.Wrong("report_organization", node, Expected);
        return null;
    }

    /// <summary>Domains, A-labels in lower case; a wrong one is left out.</summary>
    internal static List<string> Domains(TableReader table, string key)
    {
        const string Expected = "domains such as \"example.com\"";
        List<string> domains = [];
        foreach (var (node, text) in table.Texts(key, Expected))
        {
            if (DomainName.TryNormalize(Encoding.UTF8.GetBytes(text), smtpUtf8: true, out var domain))
                domains.Add(domain!);
            else
                table.Wrong(key, node, Expected);
        }

        return domains;
    }
}
