using System.Text;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;

namespace Garita.Settings;

/// <summary>Reads <c>[tenant.impersonation]</c>.</summary>
internal static class ImpersonationReader
{
    private const int MostPeople = 1000;
    private const int MostLetters = 100;

    public static ImpersonationSettings Read(TableReader tenant)
    {
        if (tenant.Table("impersonation") is not { } table)
            return new ImpersonationSettings();
        List<string> people = [];
        foreach (var (node, text) in table.Texts("people", "names such as \"Anna Muster\""))
        {
            if (people.Count < MostPeople && text.Length <= MostLetters && text.Any(char.IsLetter) && !text.Any(char.IsControl))
                people.Add(text);
            else
                table.Wrong("people", node, "at most 1000 names such as \"Anna Muster\", of at most 100 characters");
        }

        HashSet<string> allowed = new(StringComparer.Ordinal);
        foreach (var (node, text) in table.Texts("allowed", "addresses such as \"anna@example.net\", or \"@example.net\""))
        {
            if (Address(text) is { } address)
                allowed.Add(address);
            else
                table.Wrong("allowed", node, "an address such as \"anna@example.net\", or \"@example.net\" for a whole domain");
        }

        return new ImpersonationSettings { People = people, Allowed = allowed, Domains = DmarcReader.Domains(table, "domains") };
    }

    private static string? Address(string text)
    {
        if (text.StartsWith('@'))
            return DomainName.TryNormalize(Encoding.UTF8.GetBytes(text[1..]), smtpUtf8: true, out var domain) ? "@" + domain : null;
        return PathParser.TryParseMailbox(text, out var mailbox) ? mailbox!.ToString().ToLowerInvariant() : null;
    }
}
