using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Garita.SenderAuth;
using Garita.SenderAuth.Arc;
using Garita.SenderAuth.Dkim;
using Garita.SignatureBench;

// signature-bench [FOLDER]   CPU and memory of verifying and signing, DNS in memory; with FOLDER, the messages are left there for others to verify
const int Rounds = 5000;
using var rsa = RSA.Create(2048);
using var rsaKey = DkimPrivateKey.Read(rsa.ExportPkcs8PrivateKeyPem(), out _)!;
using var edKey = DkimPrivateKey.Read(PemEncoding.WriteString("PRIVATE KEY", [.. Convert.FromHexString("302e020100300506032b657004220420"), .. RandomNumberGenerator.GetBytes(32)]), out _)!;
var dns = new Keys(new(StringComparer.Ordinal) { ["r._domainkey.a.example"] = rsaKey.Record, ["e._domainkey.a.example"] = edKey.Record });
DkimKeyCache? kept = new();
var now = TimeProvider.System.GetUtcNow();
var small = Message(4 * 1024);
var large = Message(25 * 1024 * 1024);
var byRsa = await SignAsync(small, "r", rsaKey);
var byEd = await SignAsync(small, "e", edKey);
var sealedThrice = await SealAsync(small, 3);

if (args is [var folder])
{
    Directory.CreateDirectory(folder);
    await File.WriteAllBytesAsync(Path.Combine(folder, "rsa-2048.eml"), byRsa);
    await File.WriteAllLinesAsync(Path.Combine(folder, "keys"), dns.Records.Select(static one => $"{one.Key} {one.Value}"));
}

Console.WriteLine("| CPU for 1,000 | s | kB allocated for one |");
Console.WriteLine("|---|---|---|");
await MeasureAsync("messages of 4 KiB, not signed", Rounds, () => VerifyAsync(small));
await MeasureAsync("messages of 4 KiB, one signature, RSA-2048", Rounds, () => VerifyAsync(byRsa));
kept = null;
await MeasureAsync("the same, the key not seen before", Rounds, () => VerifyAsync(byRsa));
kept = new();
await MeasureAsync("messages of 4 KiB, one signature, Ed25519", Rounds, () => VerifyAsync(byEd));
await MeasureAsync("messages of 4 KiB, three ARC sets, RSA-2048", Rounds, () => VerifyAsync(sealedThrice));
await MeasureAsync("signatures made of 4 KiB, RSA-2048", Rounds, () => SignAsync(small, "r", rsaKey));
await MeasureAsync("signatures made of 4 KiB, Ed25519", Rounds, () => SignAsync(small, "e", edKey));
var largeSigned = await SignAsync(large, "r", rsaKey);
await MeasureAsync("messages of 25 MiB, one signature, RSA-2048 (10 measured)", 10, () => VerifyAsync(largeSigned));
return 0;

async Task VerifyAsync(byte[] message)
{
    using var stream = new MemoryStream(message);
    var results = await MessageSignatures.VerifyAsync(stream, dns, now, kept, CancellationToken.None);
    if (results.Dkim.Any(static one => !one.VouchesForAll) || results.Arc.Status == ArcStatus.Fail)
        throw new InvalidOperationException("not verified");
}

async Task<byte[]> SignAsync(byte[] message, string selector, DkimPrivateKey key)
{
    using var stream = new MemoryStream(message);
    return [.. (await new DkimSigner("a.example", selector, key).SignAsync(stream, now))!, .. message];
}

async Task<byte[]> SealAsync(byte[] message, int sets)
{
    for (var i = 0; i < sets; i++)
    {
        using var stream = new MemoryStream(message);
        message = [.. (await new ArcSealer("a.example", "r", rsaKey).SealAsync(stream, i == 0 ? ArcStatus.None : ArcStatus.Pass, "a.example; dkim=pass header.d=a.example", now))!, .. message];
    }

    return message;
}

static async Task MeasureAsync(string what, int rounds, Func<Task> run)
{
    for (var i = 0; i < Math.Min(rounds, 1000) * 3; i++)
        await run();
    var costs = new List<double>();
    var before = GC.GetTotalAllocatedBytes(precise: true);
    // The median of three: others use the machine too.
    for (var repeat = 0; repeat < 3; repeat++)
    {
        var start = Process.GetCurrentProcess().TotalProcessorTime;
        for (var i = 0; i < rounds; i++)
            await run();
        costs.Add((Process.GetCurrentProcess().TotalProcessorTime - start).TotalSeconds * 1000 / rounds);
    }

    var kilobytes = (GC.GetTotalAllocatedBytes(precise: true) - before) / 3.0 / rounds / 1000;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {costs.Order().ElementAt(1):0.000} | {kilobytes:0.0} |"));
}

static byte[] Message(int octets)
{
    var text = new StringBuilder(octets + 100);
    text.Append("Received: from a.example (a.example [192.0.2.1])\r\n\tby mx.b.example (Postfix) with ESMTPS id 4XyZ;\r\n\tTue, 24 Nov 2026 12:00:00 +0000 (UTC)\r\n");
    text.Append("From: \"A\" <a@a.example>\r\nTo: b@b.example\r\nSubject: A message of ordinary size\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@a.example>\r\n");
    text.Append("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
    while (text.Length < octets)
        text.Append("Words of a line that somebody wrote, about as long as lines are.\r\n");
    return Encoding.ASCII.GetBytes(text.ToString());
}
