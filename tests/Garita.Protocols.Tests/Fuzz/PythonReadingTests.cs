using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Garita.Fuzz;
using Xunit;

namespace Garita.Protocols.Tests.Fuzz;

/// <summary>Python's email package as one more reader of messages changed at random: what it calls a program is objected to.</summary>
public sealed class PythonReadingTests
{
    private const int Messages = 4000;

    private const string Script = """
        import email, struct, sys
        from email import policy
        data = sys.stdin.buffer
        number = 0
        while True:
            head = data.read(4)
            if len(head) < 4:
                break
            octets = data.read(struct.unpack("<I", head)[0])
            seen = None
            for p in (policy.compat32, policy.default):
                try:
                    for part in email.message_from_bytes(octets, policy=p).walk():
                        name = (part.get_filename() or "").lower().rstrip(" .?")
                        content = part.get_payload(decode=True) or b""
                        if name.endswith((".com", ".exe")) or (content[:2] == b"MZ" and b"\0" in content[:64]):
                            seen = repr(name)
                except Exception:
                    pass
            if seen:
                print(number, seen)
            number += 1
        """;

    [Fact]
    public async Task What_Python_calls_a_program_is_objected_to()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "skipped: no Python");
        var mutator = new Mutator(new MimeTarget().Seeds, seed: 5);
        var messages = Enumerable.Range(0, Messages).Select(_ => MimeTarget.AsRelayed(mutator.Next())).ToList();
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Script);
        using var python = Process.Start(start)!;
        var saying = python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var length = new byte[4];
        foreach (var message in messages)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, message.Length);
            await python.StandardInput.BaseStream.WriteAsync(length, TestContext.Current.CancellationToken);
            await python.StandardInput.BaseStream.WriteAsync(message, TestContext.Current.CancellationToken);
        }

        python.StandardInput.Close();
        var said = (await saying).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await python.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, python.ExitCode);
        Assert.True(said.Length > Messages / 10, $"Python saw {said.Length} programs");
        foreach (var line in said)
        {
            var message = messages[int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)];
            Assert.True(MimeTarget.IsObjectedTo(message), $"Python sees {line} in {Convert.ToHexString(message)}");
        }

        Console.WriteLine($"Python's email sees programs in {said.Length} of {Messages} messages; all of them are objected to");
    }
}
