using System.Buffers;
using System.Globalization;
using System.Text;
using Garita.Protocols.Address;

namespace Garita.Gateway.Recipients;

/// <summary>
/// Takes the addresses of a source into a list. Plain ones are taken octet by octet without making strings; quoted ones and ones with UTF-8 go through
/// the envelope's own parser.
/// </summary>
/// <param name="list">Where they go.</param>
/// <param name="domains">The tenant's domains; addresses of others are refused. Null: any.</param>
internal sealed class AddressTaker(RecipientList.Builder list, IReadOnlyCollection<string>? domains)
{
    private static readonly SearchValues<byte> Atom = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~."u8);

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>>? _domains =
        domains is null ? null : new HashSet<string>(domains, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    internal RecipientList.Builder List => list;

    /// <summary>Takes <c>local@domain</c>, or <c>@domain</c> for a catch-all.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    internal string? Take(ReadOnlySpan<byte> text)
    {
        var at = text.LastIndexOf((byte)'@');
        if (at < 0)
            return "no @ in it";
        var local = text[..at];
        var domain = text[(at + 1)..];
        if (local.Length <= 64 && !local.ContainsAnyExcept(Atom) && DotsFit(local) && DomainName.IsDomain(domain))
            return TakePlain(text, at, domain);
        return local.Length == 0 ? TakeCatchAll(domain) : TakeParsed(text);
    }

    private string? TakePlain(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> domain)
    {
        Span<char> name = stackalloc char[255];
        var length = Encoding.ASCII.GetChars(domain, name);
        if (_domains is { } ours && !ours.Contains(name[..length]))
            return NotOurs(name[..length]);
        list.AddAscii(text, at);
        return null;
    }

    private string? TakeCatchAll(ReadOnlySpan<byte> domain)
    {
        if (!DomainName.TryNormalize(domain, smtpUtf8: true, out var name) || name is null)
            return "the domain breaks the grammar";
        if (_domains is { } ours && !ours.Contains(name))
            return NotOurs(name);
        list.Add("", name);
        return null;
    }

    private string? TakeParsed(ReadOnlySpan<byte> text)
    {
        if (!PathParser.TryParseMailbox(Encoding.UTF8.GetString(text), out var mailbox) || mailbox is null)
            return "not an address (RFC 5321 §4.1.2)";
        if (_domains is { } ours && !ours.Contains(mailbox.Domain))
            return NotOurs(mailbox.Domain);
        list.Add(mailbox);
        return null;
    }

    // An empty local part is a catch-all; dots only between atoms.
    private static bool DotsFit(ReadOnlySpan<byte> local) =>
        local.Length == 0 || (local[0] != '.' && local[^1] != '.' && local.IndexOf(".."u8) < 0);

    private static string NotOurs(ReadOnlySpan<char> domain) => string.Create(CultureInfo.InvariantCulture, $"{domain} is no domain of this tenant");
}
