using System.Globalization;

namespace Garita.SenderAuth.Dkim;

/// <summary>
/// Signs messages (RFC 6376 §5): relaxed/relaxed, which survives what honest relays do; the fields that readers see named once more than they
/// are there, so that none can be added; the whole body, never a part of it. For both algorithms use two signers (RFC 8463 §6).
/// </summary>
public sealed class DkimSigner
{
    private readonly SigningName _name;
    private readonly DkimPrivateKey _key;

    /// <summary>Makes a signer.</summary>
    /// <param name="domain">The domain that answers for the message.</param>
    /// <param name="selector">Where its key is published, lower case.</param>
    /// <param name="key">The key; outlives the signer.</param>
    /// <exception cref="ArgumentException">Domain or selector is none.</exception>
    public DkimSigner(string domain, string selector, DkimPrivateKey key) => (_name, _key) = (new SigningName(domain, selector), key);

    /// <summary>How long a signature holds (<c>x=</c>), in whole seconds; null for ever.</summary>
    public TimeSpan? ValidFor { get; init; }

    /// <summary>Whether this is a selector: labels of lower-case letters, digits, hyphens and underscores with dots between them, 128 characters at most.</summary>
    /// <param name="text">What may be one.</param>
    public static bool IsSelector(string text) => DkimSignature.IsSelector(text);

    /// <summary>Signs a message.</summary>
    /// <param name="message">The message from its first octet, lines ended by CRLF; read once.</param>
    /// <param name="now">The time, for <c>t=</c>.</param>
    /// <returns>The DKIM-Signature field with its line end, to be put before the message; null where there is no From field or the header is too large or begins with white space.</returns>
    /// <exception cref="IOException">The message cannot be read.</exception>
    public async ValueTask<byte[]?> SignAsync(Stream message, DateTimeOffset now)
    {
        using var head = await MessageHead.ReadAsync(message).ConfigureAwait(false);
        // RFC 6376 §5.4: From is signed, or nothing.
        if (head.Fields is not { } fields || !head.TakesFields || fields.Count("From"u8) == 0)
            return null;
        var body = await BodyHashes.OfWholeAsync(head.Body, message).ConfigureAwait(false);
        var names = FieldsToSign.Of(fields);
        if (names.Count > DkimSignature.MaxFields)
            return null;
        var seconds = now.ToUnixTimeSeconds();
        var writer = new SignatureWriter("DKIM-Signature")
            .Add("v", "1").Add("a", _key.Algorithm).Add("c", "relaxed/relaxed").Add("d", _name.Domain).Add("s", _name.Selector)
            .Add("t", seconds.ToString(CultureInfo.InvariantCulture));
        if (ValidFor is { } span)
            writer.Add("x", (seconds + Math.Max(1, (long)span.TotalSeconds)).ToString(CultureInfo.InvariantCulture));
        writer.Add("bh", Convert.ToBase64String(body)).AddNames(names).BeginSignature();
        var headers = new HeaderHash(fields);
        headers.AddNamed(names, Canonicalization.Relaxed);
        headers.AddNew(writer.Unsigned);
        return [.. writer.Sign(headers, _key), .. "\r\n"u8];
    }
}
