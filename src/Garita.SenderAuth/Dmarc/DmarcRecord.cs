using Garita.Protocols.Address;

namespace Garita.SenderAuth.Dmarc;

/// <summary>
/// A DMARC policy record (RFC 9989 §4.7, §4.8). Unknown tags are ignored, <c>pct</c>, <c>rf</c> and <c>ri</c> of older specifications among them;
/// a tag that breaks its syntax is as if it were absent, but a broken <c>p</c>, <c>sp</c> or <c>np</c> is remembered, for it matters (§4.10.1).
/// </summary>
public sealed record DmarcRecord
{
    private const int MostOctets = 4096;
    private const int MostTags = 64;

    private DmarcRecord()
    {
    }

    /// <summary>Policy for the domain (<c>p</c>); null when absent or not valid.</summary>
    public DmarcPolicy? P { get; private set; }

    /// <summary>Policy for subdomains (<c>sp</c>); null when absent or not valid.</summary>
    public DmarcPolicy? Sp { get; private set; }

    /// <summary>Policy for subdomains that do not exist (<c>np</c>); null when absent or not valid.</summary>
    public DmarcPolicy? Np { get; private set; }

    /// <summary>Whether DKIM must be aligned strictly (<c>adkim=s</c>).</summary>
    public bool StrictDkim { get; private set; }

    /// <summary>Whether SPF must be aligned strictly (<c>aspf=s</c>).</summary>
    public bool StrictSpf { get; private set; }

    /// <summary>Whether the domain says of itself that it is a public suffix (true) or an organisational domain (false); null for the default (<c>psd</c>).</summary>
    public bool? IsPublicSuffix { get; private set; }

    /// <summary>Whether the policy is only tested (<c>t=y</c>).</summary>
    public bool IsTesting { get; private set; }

    /// <summary>Options of failure reports (<c>fo</c>) as written: at most 10 characters of <c>01ds:</c>. Failure reports are not sent; aggregate ones repeat it.</summary>
    public string FailureOptions { get; private set; } = "0";

    /// <summary>Where aggregate reports are asked for (<c>rua</c>): mail addresses, at most five.</summary>
    public IReadOnlyList<Mailbox> AggregateAddresses { get; private set; } = [];

    /// <summary>Whether <c>rua</c> has at least one well-formed URI.</summary>
    public bool HasReportUri { get; private set; }

    /// <summary>What is wrong with it, in our own words; null for nothing.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether <c>p</c>, <c>sp</c> or <c>np</c> stands there with a value that is none.</summary>
    public bool HasInvalidPolicy { get; private set; }

    /// <summary>Whether the record begins like one: <c>v=DMARC1</c>, and then nothing or a semicolon. Others are not DMARC's (RFC 9989 §4.7).</summary>
    /// <param name="text">The text of a TXT record.</param>
    public static bool IsDmarc(ReadOnlySpan<char> text)
    {
        if (text.Length > MostOctets || text.IsEmpty || text[0] is not ('v' or 'V'))
            return false;
        var rest = text[1..].TrimStart(" \t");
        if (rest.IsEmpty || rest[0] != '=')
            return false;
        rest = rest[1..].TrimStart(" \t");
        // RFC 9989 §4.8: the version is case-sensitive.
        if (!rest.StartsWith("DMARC1", StringComparison.Ordinal))
            return false;
        rest = rest[6..].TrimStart(" \t");
        return rest.IsEmpty || rest[0] == ';';
    }

    /// <summary>Reads a record; never throws.</summary>
    /// <param name="text">The text of a TXT record.</param>
    /// <returns>The record; null when it is not DMARC's.</returns>
    public static DmarcRecord? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!IsDmarc(text))
            return null;
        var record = new DmarcRecord();
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase) { "v" };
        var tags = 0;
        foreach (var range in text.AsSpan().Split(';'))
        {
            if (tags++ == 0)
                continue;
            if (tags > MostTags)
            {
                record.Problem ??= "more than 64 tags";
                break;
            }

            record.Take(text.AsSpan()[range].Trim(" \t"), seen);
        }

        return record;
    }

    /// <summary>The policy for mail of the domain itself.</summary>
    internal DmarcPolicy OfDomain => HasInvalidPolicy ? DmarcPolicy.None : P ?? DmarcPolicy.None;

    /// <summary>The policy for mail of subdomains that exist.</summary>
    internal DmarcPolicy OfSubdomains => HasInvalidPolicy ? DmarcPolicy.None : Sp ?? OfDomain;

    /// <summary>The policy for mail of subdomains that do not exist.</summary>
    internal DmarcPolicy OfNonexistent => HasInvalidPolicy ? DmarcPolicy.None : Np ?? OfSubdomains;

    private void Take(ReadOnlySpan<char> tag, HashSet<string> seen)
    {
        if (tag.IsEmpty)
            return;
        var equals = tag.IndexOf('=');
        if (equals <= 0 || tag.ContainsAnyExceptInRange(' ', '~'))
        {
            Problem ??= "a tag that is none";
            return;
        }

        var name = tag[..equals].TrimEnd(" \t").ToString();
        var value = tag[(equals + 1)..].Trim(" \t");
        // RFC 6376 §3.2 allows no tag twice; the first one is taken.
        if (!seen.Add(name))
        {
            Problem ??= "a tag that is given twice";
            return;
        }

        var isValid = name.ToLowerInvariant() switch
        {
            "p" => TakePolicy(value, out var policy) && (P = policy) is not null,
            "sp" => TakePolicy(value, out var policy) && (Sp = policy) is not null,
            "np" => TakePolicy(value, out var policy) && (Np = policy) is not null,
            "adkim" => TakeFlag(value, 's', 'r', flag => StrictDkim = flag),
            "aspf" => TakeFlag(value, 's', 'r', flag => StrictSpf = flag),
            "t" => TakeFlag(value, 'y', 'n', flag => IsTesting = flag),
            "psd" => IsWord(value, "u") || TakeFlag(value, 'y', 'n', flag => IsPublicSuffix = flag),
            "rua" => TakeAddresses(value),
            "fo" => TakeOptions(value),
            _ => true,
        };
        if (!isValid)
            Problem ??= string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name.ToLowerInvariant()} has a value that is none");
    }

    private bool TakePolicy(ReadOnlySpan<char> value, out DmarcPolicy policy)
    {
        policy = IsWord(value, "reject") ? DmarcPolicy.Reject : IsWord(value, "quarantine") ? DmarcPolicy.Quarantine : DmarcPolicy.None;
        var isValid = policy != DmarcPolicy.None || IsWord(value, "none");
        HasInvalidPolicy |= !isValid;
        return isValid;
    }

    private static bool TakeFlag(ReadOnlySpan<char> value, char yes, char no, Action<bool> take)
    {
        var letter = value.Length == 1 ? char.ToLowerInvariant(value[0]) : '\0';
        if (letter != yes && letter != no)
            return false;
        take(letter == yes);
        return true;
    }

    private bool TakeAddresses(ReadOnlySpan<char> value)
    {
        HasReportUri = ReportUri.TryRead(value, out var addresses);
        AggregateAddresses = addresses;
        return HasReportUri;
    }

    private bool TakeOptions(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty || value.Length > 10)
            return false;
        foreach (var range in value.Split(':'))
        {
            if (value[range] is not [var option] || char.ToLowerInvariant(option) is not ('0' or '1' or 'd' or 's'))
                return false;
        }

        FailureOptions = value.ToString().ToLowerInvariant();
        return true;
    }

    private static bool IsWord(ReadOnlySpan<char> value, ReadOnlySpan<char> word) => value.Equals(word, StringComparison.OrdinalIgnoreCase);
}
