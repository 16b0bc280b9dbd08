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
            PublicSuffixList = list is null ? defaults.PublicSuffixList : absolute((string)list.Value),
        };
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
