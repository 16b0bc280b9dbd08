using System.Text;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;
using Garita.SenderAuth.Dkim;

namespace Garita.Settings;

/// <summary>Reads <c>[arc]</c>.</summary>
internal static class ArcReader
{
    public static ArcSettings? Read(TableReader file, Func<string, string> absolute)
    {
        const string AName = "a domain name such as \"example.com\"";
        const string ASelector = "a name in lower case such as \"arc2026\", whose key is at NAME._domainkey.DOMAIN";
        if (file.Table("arc") is not { } table)
            return null;
        var domain = table.RequiredText("domain", AName);
        var selector = table.RequiredText("selector", ASelector);
        var key = table.RequiredText("key", "the path of a PEM file with the private key");
        if (domain is null || selector is null || key is null)
            return null;
        if (!DomainName.TryNormalize(Encoding.UTF8.GetBytes((string)domain.Value), smtpUtf8: true, out var name))
            table.Wrong("domain", domain, AName);
        if (!DkimSigner.IsSelector((string)selector.Value))
            table.Wrong("selector", selector, ASelector);
        return new ArcSettings(name ?? "", (string)selector.Value, absolute((string)key.Value));
    }
}
