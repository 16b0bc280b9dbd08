using System.Net;
using System.Text;
using Garita.SenderAuth;
using Garita.SenderAuth.Arc;
using Garita.SenderAuth.Dkim;

namespace Garita.Fuzz;

/// <summary>
/// Signed messages. The first octet says into which pieces they are cut. Oracles: the pieces give the results of the whole; texts are safe to
/// show; nobody vouches for a message with text appended or another author on top; what we sign and seal verifies; allocation is bounded.
/// A key record that is asked for under an unknown name is the message's first line.
/// </summary>
public sealed class SignatureTarget : IFuzzTarget
{
    private const string Pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n"; // RFC 8410 §10.3
    private const string RsaRecord = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB";
    private const long MaxAllocation = 256 * 1024;
    private const long MaxPerOctet = 128;

    private static readonly DkimPrivateKey Key = DkimPrivateKey.Read(Pem, out _)!;
    private static readonly DkimSigner Signer = new("a.example", "k", Key);
    private static readonly ArcSealer Sealer = new("a.example", "k", Key);
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    /// <inheritdoc/>
    public string Name => "signature";

    /// <inheritdoc/>
    public IReadOnlyList<byte[]> Seeds { get; } = MakeSeeds();

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
            return;
        var message = input[1..].ToArray();
        var whole = Verify(message, int.MaxValue);
        var pieces = Verify(message, 1 + (input[0] % 16));
        OracleException.ThrowUnless(
            whole.Dkim.SequenceEqual(pieces.Dkim) && whole.Arc.Status == pieces.Arc.Status && string.Equals(whole.Arc.Reason, pieces.Arc.Reason, StringComparison.Ordinal) && whole.Arc.Sets.SequenceEqual(pieces.Arc.Sets),
            "two cuttings give two results");
        CheckTexts(whole);
        if (whole.Dkim.Any(static result => result.Result == DkimStatus.Pass))
        {
            OracleException.ThrowUnless(!Verify([.. message, .. "\r\n\r\nx\r\n"u8], int.MaxValue).Dkim.Any(static result => result.VouchesForAll), "text could be appended");
            OracleException.ThrowUnless(!Verify([.. "From: x\r\n"u8, .. message], int.MaxValue).Dkim.Any(static result => result.Result == DkimStatus.Pass), "an author could be put on top");
        }

        if (input[0] % 8 == 0)
            CheckOurs(message, whole.Arc.Status);
        AllocationBound.Check(octets => Verify(octets.ToArray(), int.MaxValue), input[1..], MaxAllocation + (MaxPerOctet * input.Length));
    }

    private static void CheckTexts(MessageSignatureResults results)
    {
        OracleException.ThrowUnless(results.Dkim.Count <= 10 && results.Arc.Sets.Count <= 50, "more results than are looked for");
        foreach (var result in results.Dkim)
        {
            OracleException.ThrowUnless((result.Result == DkimStatus.Pass) == (result.Reason is null) && result.Result != DkimStatus.None, "a result without a reason, or a pass with one");
            foreach (var (text, most) in ((string, int)[])[(result.Domain, 255), (result.Selector, 128), (result.Identity, 320), (result.Algorithm, 32), (result.SignatureStart, 8), (result.Reason ?? "", 200)])
                OracleException.ThrowUnless(IsSafe(text, most), "an unsafe text");
        }

        foreach (var set in results.Arc.Sets)
            OracleException.ThrowUnless(IsSafe(set.Sealer, 255) && IsSafe(set.Signer, 255) && IsSafe(set.AuthenticationResults, 4096), "an unsafe text in a set");
    }

    private static void CheckOurs(byte[] message, ArcStatus received)
    {
        var field = Done(Signer.SignAsync(new MemoryStream(message), Now));
        if (field is not null)
            OracleException.ThrowUnless(Verify([.. field, .. message], 7).Dkim[0].VouchesForAll, "what we sign does not verify");
        var sealedFields = Done(Sealer.SealAsync(new MemoryStream(message), received, "mx.a.example; spf=pass", Now));
        if (sealedFields is not null && received != ArcStatus.Fail)
            OracleException.ThrowUnless(Verify([.. sealedFields, .. message], 7).Arc.Status == ArcStatus.Pass, "what we seal does not verify");
    }

    private static bool IsSafe(string text, int most) => text.Length <= most && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static MessageSignatureResults Verify(byte[] message, int piece) =>
        Done(MessageSignatures.VerifyAsync(new PieceStream(message, piece), new Dns(message), Now, null, CancellationToken.None));

    // Nothing here waits: streams and answers are in memory.
    private static T Done<T>(ValueTask<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : throw new OracleException("it waits");

    private static byte[][] MakeSeeds()
    {
        var plain = Encoding.Latin1.GetBytes("From: A <a@a.example>\r\nTo: b@b.example\r\nSubject:  one\r\n  two \r\n\r\nHello  there \r\n\r\nBye\r\n\r\n");
        byte[] signed = [.. Done(Signer.SignAsync(new MemoryStream(plain), Now))!, .. plain];
        byte[] first = [.. Done(Sealer.SealAsync(new MemoryStream(signed), ArcStatus.None, "mx.a.example; dkim=pass header.d=a.example", Now))!, .. signed];
        byte[] second = [.. Done(Sealer.SealAsync(new MemoryStream(first), ArcStatus.Pass, "mx.b.example; arc=pass", Now))!, .. first];
        byte[] rsa =
        [
            .. "DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=a.example; i=x@sub.a.example; s=r;\r\n q=dns/txt; t=1; x=9999999999; l=5; h=from : to : from;\r\n bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=icKcLSEZYXJ9\r\n 5flvWE8F\r\n"u8,
            .. signed,
        ];
        byte[] record = [.. "v=DKIM1; k=rsa; h=sha256; s=email; t=y:s; p=AAAA\r\nDKIM-Signature: v=1; a=rsa-sha256; d=b.example; s=x; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n"u8, .. plain];
        return [[0, .. plain], [1, .. signed], [8, .. first], [3, .. second], [4, .. rsa], [5, .. record[50..]], [6, .. record]];
    }

    private sealed class PieceStream(byte[] octets, int piece) : MemoryStream(octets)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
    }

    private sealed class Dns(byte[] message) : IDnsResolver
    {
        public ValueTask<DnsRecords<string>> TextAsync(string name, CancellationToken deadline)
        {
            var line = message.AsSpan().IndexOf("\r\n"u8);
            var record = name switch
            {
                "k._domainkey.a.example" => Key.Record,
                "r._domainkey.a.example" => RsaRecord,
                _ => Encoding.Latin1.GetString(message, 0, Math.Max(line, 0)),
            };
            return new(new DnsRecords<string>(DnsOutcome.NoError, [record]));
        }

        public ValueTask<DnsRecords<IPAddress>> Ipv4Async(string name, CancellationToken deadline) => throw new NotSupportedException();

        public ValueTask<DnsRecords<IPAddress>> Ipv6Async(string name, CancellationToken deadline) => throw new NotSupportedException();

        public ValueTask<DnsRecords<string>> MailExchangersAsync(string name, CancellationToken deadline) => throw new NotSupportedException();

        public ValueTask<DnsRecords<string>> PointersAsync(IPAddress address, CancellationToken deadline) => throw new NotSupportedException();
    }
}
