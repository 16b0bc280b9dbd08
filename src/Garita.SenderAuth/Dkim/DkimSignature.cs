using System.Buffers;
using System.Globalization;
using System.Text;
using Garita.Protocols.Address;
using Garita.Protocols.Message;
using Garita.SenderAuth.Spf;

namespace Garita.SenderAuth.Dkim;

/// <summary>In which field a signature stands.</summary>
internal enum SignatureKind : byte
{
    /// <summary>DKIM-Signature (RFC 6376 §3.5).</summary>
    Dkim,
    /// <summary>ARC-Message-Signature: the same without <c>v=</c>, and <c>i=</c> is the instance (RFC 8617 §4.1.2).</summary>
    ArcMessage,
    /// <summary>ARC-Seal: of the header's ARC fields alone (RFC 8617 §4.1.3).</summary>
    ArcSeal,
}

/// <summary>An algorithm that is accepted (RFC 8301, RFC 8463).</summary>
internal enum SignatureAlgorithm : byte
{
    /// <summary>rsa-sha256.</summary>
    Rsa,
    /// <summary>ed25519-sha256.</summary>
    Ed25519,
}

/// <summary>
/// A signature as it stands in its field. It is read as far as it goes: what is wrong with it is a result too, and that names the domain.
/// </summary>
internal sealed class DkimSignature
{
    /// <summary>Names in <c>h=</c>.</summary>
    internal const int MaxFields = HeaderSection.MaxFields;

    private const int MaxSignature = 1024; // octets: RSA with 8192 bits
    private const int MaxSelector = 128;
    private const int MaxIdentity = 320; // RFC 5321 §4.5.3.1
    private const int MaxAlgorithm = 32;

    private static readonly SearchValues<char> SelectorCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    private TagList? _tags;

    private DkimSignature()
    {
    }

    /// <summary>What is wrong with it; <see cref="DkimStatus.None"/> for nothing so far.</summary>
    internal DkimStatus Status { get; private set; }

    /// <summary>The same in words.</summary>
    internal string? Problem { get; private set; }

    /// <summary>Who signed: A-labels in lower case, or empty.</summary>
    internal string Domain { get; private set; } = "";

    /// <summary>Which key, lower case, or empty.</summary>
    internal string Selector { get; private set; } = "";

    /// <summary>On whose behalf; printable ASCII.</summary>
    internal string Identity { get; private set; } = "";

    /// <summary>Whether the identity's domain is the signer's own, and none below it.</summary>
    internal bool IsOfDomainItself { get; private set; } = true;

    /// <summary>The algorithm as written; printable ASCII.</summary>
    internal string AlgorithmName { get; private set; } = "";

    internal SignatureAlgorithm Algorithm { get; private set; }

    internal Canonicalization HeaderForm { get; private set; }

    internal Canonicalization BodyForm { get; private set; }

    /// <summary>Names of the fields that are signed.</summary>
    internal IReadOnlyList<string> Fields { get; private set; } = [];

    internal byte[] BodyHash { get; private set; } = [];

    internal byte[] Signature { get; private set; } = [];

    /// <summary>Octets of the body that are signed; null for all.</summary>
    internal long? Length { get; private set; }

    /// <summary>Place of the value of <c>b=</c> in the field's value.</summary>
    internal (int Offset, int Length) SignatureTag { get; private set; }

    /// <summary>The first characters of the signature.</summary>
    internal string SignatureStart { get; private set; } = "";

    /// <summary>Where the key is (RFC 6376 §3.6.2.1).</summary>
    internal string KeyName => $"{Selector}._domainkey.{Domain}";

    /// <summary>A tag's value, for those that only one kind knows.</summary>
    internal ReadOnlySpan<char> Tag(string name) => _tags is null ? null : _tags[name];

    /// <summary>Whether there is a tag.</summary>
    internal bool HasTag(string name) => _tags?.Has(name) == true;

    /// <summary>Reads a signature.</summary>
    /// <param name="value">The field's value, an octet a character.</param>
    /// <param name="kind">Its field.</param>
    /// <param name="now">The time.</param>
    internal static DkimSignature Read(string value, SignatureKind kind, DateTimeOffset now)
    {
        var signature = new DkimSignature { _tags = TagList.Parse(value) };
        if (signature._tags is { } tags)
            signature.Read(tags, kind, now.ToUnixTimeSeconds());
        else
            signature.Wrong("the tags break the grammar");
        return signature;
    }

    /// <summary>
    /// Makes sure that no From field was left open: one that is put on top of the signed one is what readers would show (RFC 6376 §8.15).
    /// </summary>
    /// <param name="authors">From fields of the message.</param>
    internal void RequireAuthors(int authors)
    {
        if (Fields.Count(static name => name.Equals("from", StringComparison.OrdinalIgnoreCase)) < authors)
            Wrong("not every From field is signed");
    }

    private void Read(TagList tags, SignatureKind kind, long now)
    {
        ReadWho(tags);
        if (kind == SignatureKind.Dkim)
        {
            // RFC 6376 §3.5: v= is required, and 1.
            if (tags["v"] is not "1")
                Wrong("the version is not 1");
            ReadIdentity(tags);
            // q= names methods of finding the key: dns/txt is the only one there is.
            if (tags.Has("q") && !Names(tags["q"], "dns/txt"))
                Wrong("the key is kept in a way that is not known");
        }

        ReadAlgorithm(tags);
        if (kind == SignatureKind.ArcSeal)
            HeaderForm = Canonicalization.Relaxed;
        else
            ReadBody(tags, kind);
        SignatureTag = tags.RawValue("b");
        Signature = Base64(tags["b"], MaxSignature) ?? [];
        SignatureStart = PrintableText.Make(string.Concat(tags["b"].ToString().Where(static character => character > ' ').Take(8)), 8);
        if (Signature.Length == 0)
            Wrong("there is no signature, or it is no base64");
        ReadTimes(tags, now);
    }

    private void ReadWho(TagList tags)
    {
        // RFC 8616 §5: U-labels mean their A-labels.
        if (DomainName.TryNormalize(Encoding.Latin1.GetBytes(tags["d"].ToString()), smtpUtf8: true, out var domain))
            Domain = domain!;
        else
            Wrong("the domain (d=) is none");
        var selector = tags["s"].ToString().ToLowerInvariant();
        if (IsSelector(selector))
            Selector = selector;
        else
            Wrong("the selector (s=) is none");
    }

    private void ReadIdentity(TagList tags)
    {
        Identity = "@" + Domain;
        if (!tags.Has("i"))
            return;
        var written = tags["i"];
        Identity = PrintableText.Make(written.ToString(), MaxIdentity);
        var at = written.LastIndexOf('@');
        // RFC 6376 §3.5: the domain or one below it.
        string? domain = null;
        if (at >= 0)
            _ = DomainName.TryNormalize(Encoding.Latin1.GetBytes(written[(at + 1)..].ToString()), smtpUtf8: true, out domain);
        IsOfDomainItself = string.Equals(domain, Domain, StringComparison.Ordinal);
        if (!IsOfDomainItself && domain?.EndsWith("." + Domain, StringComparison.Ordinal) != true)
            Wrong("the identity (i=) is not of the domain");
    }

    private void ReadAlgorithm(TagList tags)
    {
        var name = tags["a"];
        AlgorithmName = PrintableText.Make(name.ToString(), MaxAlgorithm);
        switch (name)
        {
            case "rsa-sha256":
                Algorithm = SignatureAlgorithm.Rsa;
                break;
            case "ed25519-sha256":
                Algorithm = SignatureAlgorithm.Ed25519;
                break;
            // RFC 8301 §3.1: never valid.
            case "rsa-sha1":
                Wrong(DkimStatus.Policy, "SHA-1 is not accepted");
                break;
            case "":
                Wrong("there is no algorithm (a=)");
                break;
            default:
                Wrong(DkimStatus.Neutral, "the algorithm is not known");
                break;
        }
    }

    private void ReadBody(TagList tags, SignatureKind kind)
    {
        // RFC 6376 §3.5: simple/simple where c= is absent, and simple for a body it does not name.
        // The ARC suite (ams_fields_c_na) takes relaxed/relaxed for a message signature without it.
        if (!tags.Has("c"))
        {
            HeaderForm = BodyForm = kind == SignatureKind.Dkim ? Canonicalization.Simple : Canonicalization.Relaxed;
        }
        else
        {
            var forms = tags["c"];
            var slash = forms.IndexOf('/');
            if (Form(slash < 0 ? forms : forms[..slash]) is { } header && (slash < 0 ? Canonicalization.Simple : Form(forms[(slash + 1)..])) is { } body)
                (HeaderForm, BodyForm) = (header, body);
            else
                Wrong(DkimStatus.Neutral, "the canonicalisation is not known");
        }

        if (Base64(tags["bh"], 32) is { Length: 32 } hash)
            BodyHash = hash;
        else
            Wrong("there is no body hash (bh=), or it is none");
        if (tags.Has("l") && (Length = Number(tags["l"])) is null)
            Wrong("the body length (l=) is none");
        ReadFields(tags, kind);
    }

    private void ReadFields(TagList tags, SignatureKind kind)
    {
        if (!tags.Has("h"))
        {
            Wrong("the signed fields (h=) are missing");
            return;
        }

        var written = tags["h"];
        if (written.Count(':') >= MaxFields)
        {
            Wrong("there are too many signed fields (h=)");
            return;
        }

        var names = new List<string>(16);
        foreach (var range in written.Split(':'))
        {
            var name = written[range].Trim(TagList.WhiteSpace);
            if (!name.IsEmpty)
                names.Add(name.ToString());
        }

        Fields = names;
        // RFC 6376 §5.4: From is always signed.
        if (kind == SignatureKind.Dkim && !names.Exists(static name => name.Equals("from", StringComparison.OrdinalIgnoreCase)))
            Wrong("the From field is not signed");
    }

    private void ReadTimes(TagList tags, long now)
    {
        var made = Number(tags["t"]);
        var expires = Number(tags["x"]);
        // A time in the future is let pass: clocks are wrong more often than signatures (RFC 6376 §3.5 leaves it to us).
        if ((tags.Has("t") && made is null) || (tags.Has("x") && expires is null) || made >= expires)
            Wrong("the times (t=, x=) are none");
        else if (expires < now)
            Wrong(DkimStatus.Fail, "the signature has expired");
    }

    // The first thing that is wrong is told; what the grammar says goes before what is merely not accepted.
    private void Wrong(string problem) => Wrong(DkimStatus.PermError, problem);

    private void Wrong(DkimStatus status, string problem)
    {
        if (Status == DkimStatus.None || (status == DkimStatus.PermError && Status != DkimStatus.PermError))
            (Status, Problem) = (status, problem);
    }

    /// <summary>Whether this is a selector in lower case.</summary>
    internal static bool IsSelector(string selector)
    {
        // RFC 6376 §3.1 has labels as in host names; the underscore is met too, and harms nobody.
        if (selector.Length > MaxSelector)
            return false;
        foreach (var range in selector.AsSpan().Split('.'))
        {
            var label = selector.AsSpan()[range];
            if (label.Length is 0 or > 63 || label.ContainsAnyExcept(SelectorCharacters))
                return false;
        }

        return true;
    }

    private static Canonicalization? Form(ReadOnlySpan<char> name) => name switch
    {
        "simple" => Canonicalization.Simple,
        "relaxed" => Canonicalization.Relaxed,
        _ => null,
    };

    /// <summary>Whether a list with colons has a word.</summary>
    internal static bool Names(ReadOnlySpan<char> list, ReadOnlySpan<char> word)
    {
        foreach (var range in list.Split(':'))
        {
            if (list[range].Trim(TagList.WhiteSpace).SequenceEqual(word))
                return true;
        }

        return false;
    }

    /// <summary>Base64 with white space in it; null for anything else, or more than there may be.</summary>
    internal static byte[]? Base64(ReadOnlySpan<char> text, int most)
    {
        Span<byte> octets = stackalloc byte[most];
        return Convert.TryFromBase64Chars(text, octets, out var length) ? octets[..length].ToArray() : null;
    }

    private static long? Number(ReadOnlySpan<char> digits) =>
        digits.Length <= 18 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
