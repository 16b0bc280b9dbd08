using System.Text;
using Garita.Gateway.Evidence.Content;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Evidence.Content;

/// <summary>Alone, since it measures the process.</summary>
[CollectionDefinition(nameof(ContentCostTests), DisableParallelization = true)]
public sealed class ContentCostCollection;

/// <summary>What a large message costs.</summary>
[Collection(nameof(ContentCostTests))]
public sealed class ContentCostTests
{
    [Fact]
    public async Task Twenty_at_once_stay_within_the_budget()
    {
        var random = new Random(4);
        var photo = new byte[18_000_000];
        random.NextBytes(photo);
        var message = Encoding.ASCII.GetBytes(ContentScene.WithFile("photos.zip", ArchiveFiles.Zip(("1.jpg", photo))).ReplaceLineEndings("\r\n"));
        const long Budget = 256L << 20;
        var folder = Path.Combine(Path.GetTempPath(), "garita-content-" + Guid.NewGuid().ToString("N")[..8]);
        Directory.CreateDirectory(folder);
        try
        {
            var letters = new Garita.Gateway.Relay.Letters.LetterBox(new GatewaySettings { Hostname = "mx.example.com", DataFolder = folder, Memory = new MemorySettings { Budget = Budget } });
            // A clock that stands still: a busy machine may take as long as it likes.
            using var reader = new ContentReader(letters, new ManualTime());
            using var letter = ContentScene.Letter(letters, message);
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            long most = 0;
            var reading = Enumerable.Range(0, 20).Select(_ => reader.ReadAsync(letter, new AttachmentSettings(), "acme")).ToList();
            while (!reading.TrueForAll(static one => one.IsCompleted))
            {
                most = Math.Max(most, letters.InMemory);
                await Task.WhenAny(Task.WhenAll(reading), Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken));
            }

            var megabytes = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / 1e6;
            Console.WriteLine($"20 messages of {message.Length / 1e6:F1} MB at once: at most {most / 1e6:F1} MB of letters in memory, {megabytes:F0} MB allocated in all");
            Assert.True(most <= Budget / 4, $"{most}");
            Assert.True(megabytes < 200, $"{megabytes}");
            foreach (var one in reading)
                Assert.Null((await one).Incomplete);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Twenty_five_megabytes_take_little_processor_and_memory()
    {
        var random = new Random(3);
        var files = Enumerable.Range(0, 40).Select(i =>
        {
            var octets = new byte[450_000];
            random.NextBytes(octets);
            return ($"{i}.jpg", octets);
        });
        var message = Encoding.ASCII.GetBytes(ContentScene.WithFile("photos.zip", ArchiveFiles.Zip([.. files])).ReplaceLineEndings("\r\n"));
        ContentScene.Read(message);
        var folder = Path.Combine(Path.GetTempPath(), "garita-content-" + Guid.NewGuid().ToString("N")[..8]);
        Directory.CreateDirectory(folder);
        try
        {
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            var letters = new Garita.Gateway.Relay.Letters.LetterBox(new GatewaySettings { Hostname = "mx.example.com", DataFolder = folder, Memory = new MemorySettings { Budget = 256L << 20 } });
            using var reader = new ContentReader(letters, TimeProvider.System);
            using var letter = ContentScene.Letter(letters, message);
            var before = process.TotalProcessorTime;
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            var report = await reader.ReadAsync(letter, new AttachmentSettings(), "acme");
            process.Refresh();
            var seconds = (process.TotalProcessorTime - before).TotalSeconds;
            var megabytes = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / 1e6;
            TestContext.Current.SendDiagnosticMessage($"{message.Length / 1e6:F1} MB: {seconds:F2} s of CPU, {megabytes:F1} MB allocated, findings {report.Findings.Count}");
            Console.WriteLine($"{message.Length / 1e6:F1} MB: {seconds:F2} s of CPU, {megabytes:F1} MB allocated, {letters.InMemory} octets of letters in memory, {letters.OnDisk} on disk");
            Assert.Null(report.Incomplete);
            Assert.True(ContentScene.Passes(report));
            Assert.True(seconds < 1.5, $"{seconds} s");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
