using System.Security.Cryptography;
using System.Text;
using Garita.SenderAuth.Dkim;

namespace Garita.SenderAuth.Tests.Dkim;

/// <summary>Signs with whatever tags a test wants, wrong ones too.</summary>
internal static class HandSigner
{
    /// <summary>The message with a signature on top.</summary>
    /// <param name="message">The message.</param>
    /// <param name="key">The key.</param>
    /// <param name="tags">All tags but <c>bh=</c> and <c>b=</c>.</param>
    internal static byte[] Sign(byte[] message, DkimPrivateKey key, string tags)
    {
        var fields = SignedFields.Read(message);
        var draft = DkimSignature.Read($"{tags}; bh={new string('A', 43)}=; b=", SignatureKind.Dkim, DateTimeOffset.UnixEpoch);
        using var body = new BodyHash(draft.BodyForm, draft.Length is { } length ? [length] : []);
        body.Append(message.AsSpan(fields.Length));
        body.Finish();
        var hash = body.Of(draft.Length) ?? body.Of(null)!;
        var field = $"DKIM-Signature: {tags};\r\n\tbh={Convert.ToBase64String(hash)};\r\n\tb=";
        byte[] unsigned = [.. Encoding.Latin1.GetBytes(field + "\r\n"), .. message];
        fields = SignedFields.Read(unsigned);
        var signature = DkimSignature.Read(fields.Value(fields.All[0]), SignatureKind.Dkim, DateTimeOffset.UnixEpoch);
        var signed = new byte[SHA256.HashSizeInBytes];
        new HeaderHash(fields).OfSignature(signature, fields.All[0], signed);
        return [.. Encoding.Latin1.GetBytes($"{field}{Convert.ToBase64String(key.Sign(signed))}\r\n"), .. message];
    }
}
