using System.Globalization;
using System.Text;
using Garita.SenderAuth.Dkim;
using Garita.SenderAuth.Spf;

namespace Garita.SenderAuth.Arc;

/// <summary>
/// Adds a set to a chain (RFC 8617 §5.1) when a message is changed here, so that who gets it can still know what it was when it came.
/// </summary>
public sealed class ArcSealer
{
    private const int MaxResults = 4096;
    private const int Columns = 76;

    private readonly SigningName _name;
    private readonly DkimPrivateKey _key;

    /// <summary>Makes a sealer.</summary>
    /// <param name="domain">The domain that answers for what it says.</param>
    /// <param name="selector">Where its key is published, lower case.</param>
    /// <param name="key">The key; outlives the sealer.</param>
    /// <exception cref="ArgumentException">Domain or selector is none.</exception>
    public ArcSealer(string domain, string selector, DkimPrivateKey key) => (_name, _key) = (new SigningName(domain, selector), key);

    /// <summary>Seals a message.</summary>
    /// <param name="message">The message as it goes on, from its first octet, lines ended by CRLF, with the ARC fields it came with; read once.</param>
    /// <param name="received">The state of the chain as it came, before the message was changed.</param>
    /// <param name="authenticationResults">
    /// What was found of the message as it came, as RFC 8601 writes it: the value of an Authentication-Results field, beginning with the
    /// authserv-id. Made printable ASCII, at most 4,096 characters.
    /// </param>
    /// <param name="now">The time, for <c>t=</c>.</param>
    /// <returns>
    /// The three fields with their line ends, to be put before the message; null where there is nothing to be sealed: a chain that had failed
    /// before, 50 sets, a header that is too large or begins with white space.
    /// </returns>
    /// <exception cref="IOException">The message cannot be read.</exception>
    public async ValueTask<byte[]?> SealAsync(Stream message, ArcStatus received, string authenticationResults, DateTimeOffset now)
    {
        using var head = await MessageHead.ReadAsync(message).ConfigureAwait(false);
        if (head.Fields is not { } fields || !head.TakesFields)
            return null;
        var chain = ArcChain.Read(fields);
        if (chain.Count == ArcChain.MaxSets || HasFailedBefore(fields, chain))
            return null;
        var instance = (chain.Count + 1).ToString(CultureInfo.InvariantCulture);
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var body = await BodyHashes.OfWholeAsync(head.Body, message).ConfigureAwait(false);
        // RFC 8617 §4.1.2: neither seals nor Authentication-Results, which others take out.
        var names = FieldsToSign.Of(fields, "DKIM-Signature");
        if (names.Count > DkimSignature.MaxFields)
            return null;

        // 1. What was found.
        var results = Encoding.ASCII.GetBytes($"ARC-Authentication-Results: i={instance};{Fold(authenticationResults)}");

        // 2. The message.
        var headers = new HeaderHash(fields);
        var signature = new SignatureWriter("ARC-Message-Signature")
            .Add("i", instance).Add("a", _key.Algorithm).Add("c", "relaxed/relaxed").Add("d", _name.Domain).Add("s", _name.Selector).Add("t", time)
            .Add("bh", Convert.ToBase64String(body)).AddNames(names).BeginSignature();
        headers.AddNamed(names, Canonicalization.Relaxed);
        headers.AddNew(signature.Unsigned);
        var signed = signature.Sign(headers, _key);

        // 3. The chain.
        var state = StateOf(chain, received);
        headers.Length = 0;
        // RFC 8617 §5.1.2: the seal of a failed chain covers its own set alone.
        if (state != ArcStatus.Fail)
            AddSets(headers, chain);
        headers.AddNew(results);
        headers.AddLineEnd();
        headers.AddNew(signed);
        headers.AddLineEnd();
        var seal = new SignatureWriter("ARC-Seal")
            .Add("i", instance).Add("a", _key.Algorithm).Add("t", time).Add("cv", state.Name()).Add("d", _name.Domain).Add("s", _name.Selector).BeginSignature();
        headers.AddNew(seal.Unsigned);
        return [.. seal.Sign(headers, _key), .. "\r\n"u8, .. signed, .. "\r\n"u8, .. results, .. "\r\n"u8];
    }

    private static ArcStatus StateOf(ArcChain chain, ArcStatus received)
    {
        if (chain.Count == 0 && chain.Problem is null)
            return ArcStatus.None;
        return chain.Problem is null && received == ArcStatus.Pass ? ArcStatus.Pass : ArcStatus.Fail;
    }

    private static void AddSets(HeaderHash headers, ArcChain chain)
    {
        for (var instance = 1; instance <= chain.Count; instance++)
        {
            headers.Add(chain[instance].Results!.Value, Canonicalization.Relaxed);
            headers.Add(chain[instance].Message!.Value, Canonicalization.Relaxed);
            headers.Add(chain[instance].Seal!.Value, Canonicalization.Relaxed);
        }
    }

    // RFC 8617 §5.1: nothing is added to a chain that a hop has called failed.
    private static bool HasFailedBefore(SignedFields fields, ArcChain chain) =>
        chain.Count > 0 && chain[chain.Count].Seal is { } seal && TagList.Parse(fields.Value(seal)) is { } tags && tags["cv"] is "fail";

    // Words are kept; the lines are made anew.
    private static string Fold(string results)
    {
        var words = string.Join(' ', results.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        var text = new StringBuilder(words.Length + 64);
        var column = Columns;
        foreach (var word in PrintableText.Make(words, MaxResults).Split(' '))
        {
            var folds = column + word.Length + 1 > Columns;
            text.Append(folds ? "\r\n\t" : " ").Append(word);
            column = (folds ? 8 : column + 1) + word.Length;
        }

        return text.ToString();
    }
}
