using System.Security.Cryptography;
using CsCheck;
using Garita.Gateway.Relay.Letters;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Relay.Letters;

public sealed class LetterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-letters-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WhatIsWrittenIsReadWhereverItLies() =>
        Gen.Select(Gen.Int[0, 400_000], Gen.Int[1, 70_000], Gen.Int[1, 100_000]).Sample(
            (size, piece, head) => RoundTripAsync(size, piece, head).GetAwaiter().GetResult(), iter: 60);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8191)]
    [InlineData(8192)]
    [InlineData(8193)]
    [InlineData(8192 + 65536)]
    [InlineData(8192 + 65536 + 1)]
    [InlineData(200_000)]
    [InlineData(3_000_000)]
    public async Task AllSizesRoundTrip(int size) => Assert.True(await RoundTripAsync(size, 5000, 300_000));

    [Fact]
    public async Task ALargeLetterLiesInAFileWithoutAName()
    {
        var box = Box(budget: 64 << 20);
        using (var letter = (Letter)box.Open("a", null)!)
        {
            await WriteAsync(letter, RandomNumberGenerator.GetBytes(500_000), 60_000);
            Assert.True(letter.IsInFile);
            Assert.Empty(Directory.EnumerateFiles(Path.Combine(_folder, "letters")));
            Assert.InRange(box.OnDisk, 400_000, 500_000);
        }
        Assert.Equal((0, 0), (box.InMemory, box.OnDisk));
    }

    [Fact]
    public async Task ASmallBudgetMakesFilesAndThenSaysNo()
    {
        // A quarter of 400 KiB, of which a first segment takes 8.
        var box = Box(budget: 400 * 1024);
        var letters = new List<ILetter>();
        while (box.Open("a", null) is { } letter)
            letters.Add(letter);
        Assert.Equal(12, letters.Count);
        var content = RandomNumberGenerator.GetBytes(50_000);
        await WriteAsync(letters[0], content, 3000);
        Assert.True(((Letter)letters[0]).IsInFile);
        Assert.Equal(SHA256.HashData(content), await letters[0].SealAsync());
        letters.ForEach(static l => l.Dispose());
        Assert.Equal((0, 0), (box.InMemory, box.OnDisk));
        using var again = box.Open("a", null);
        Assert.NotNull(again);
    }

    [Fact]
    public void OfSeveralTenantsOneHasAQuarter()
    {
        var box = Box(budget: 4 * 160 * 1024, "a", "b");
        var letters = new List<ILetter>();
        while (box.Open("a", null) is { } letter)
            letters.Add(letter);
        Assert.Equal(5, letters.Count);
        using var other = box.Open("b", null);
        Assert.NotNull(other);
        letters.ForEach(static l => l.Dispose());
    }

    [Fact]
    public async Task LettersThatFillTheBudgetLeaveRoomToBeginOthers()
    {
        // 1 MiB for messages: large ones may take 768 KiB, 256 KiB are left for first segments.
        var box = Box(budget: 4 << 20);
        var letters = new List<ILetter>();
        for (var i = 0; i < 12; i++)
        {
            letters.Add(box.Open("a", null)!);
            await WriteAsync(letters[^1], new byte[190_000], 64 * 1024);
        }
        Assert.Contains(letters, static l => ((Letter)l).IsInFile);
        Assert.InRange(box.InMemory, 600 * 1024, 900 * 1024);
        using var next = box.Open("a", null);
        Assert.NotNull(next);
        letters.ForEach(static l => l.Dispose());
    }

    [Fact]
    public async Task WithoutAFolderALargeLetterIsRefused()
    {
        var box = Box(budget: 64 << 20);
        Directory.Delete(Path.Combine(_folder, "letters"));
        using var letter = box.Open("a", null)!;
        var accepted = true;
        for (var i = 0; i < 20 && accepted; i++)
            accepted = await letter.AdvanceAsync(letter.GetRoom()!.Value.Length);
        Assert.False(accepted);
        Assert.Null(letter.GetRoom());
        Directory.CreateDirectory(Path.Combine(_folder, "letters"));
    }

    [Fact]
    public async Task TheFilesHaveALimitTogetherAndTheLetterThatMeetsItGivesAllBack()
    {
        var box = Box(budget: 64 << 20, onDisk: 1_000_000);
        using var first = box.Open("a", null)!;
        await WriteAsync(first, new byte[700_000], 60_000);
        using var second = box.Open("a", null)!;
        var accepted = true;
        while (accepted)
            accepted = await second.AdvanceAsync(second.GetRoom()!.Value.Length);
        Assert.Null(second.GetRoom());
        Assert.InRange(box.OnDisk, 600_000, 700_000);
        using var third = box.Open("a", null)!;
        await WriteAsync(third, new byte[250_000], 60_000);
        Assert.True(((Letter)third).IsInFile);
    }

    [Fact]
    public void ADeclaredSizeThatWillNotFitIsSaidBeforeItIsSent()
    {
        var box = Box(budget: 64 << 20, onDisk: 1_000_000);
        Assert.Null(box.Open("a", 1_000_001));
        Assert.Null(box.Open("a", long.MaxValue));
        using (var fits = box.Open("a", 1_000_000))
            Assert.NotNull(fits);
        using var again = box.Open("a", 1_000_000);
        Assert.NotNull(again);
    }

    [Fact]
    public async Task WhoDeclaresMuchAndSendsLittleLocksNobodyOut()
    {
        var box = Box(budget: 64 << 20, onDisk: 4_000_000);
        var liars = new List<ILetter>();
        for (var i = 0; i < 100; i++)
            liars.Add(box.Open("a", 1_000_000)!);
        Assert.All(liars, Assert.NotNull);
        // Three quarters are there for whoever comes.
        using var honest = box.Open("a", 3_000_000)!;
        await WriteAsync(honest, new byte[3_000_000], 60_000);
        Assert.Null(box.Open("a", 3_000_000));
        liars.ForEach(static l => l.Dispose());
        using var small = box.Open("a", 900_000);
        Assert.NotNull(small);
    }

    [Fact]
    public async Task OfTheDiskOneTenantHasAQuarterToo()
    {
        var box = Box(budget: 64 << 20, onDisk: 4_000_000, "a", "b");
        Assert.Null(box.Open("a", 1_000_001));
        using var most = box.Open("a", 900_000)!;
        await WriteAsync(most, new byte[900_000], 60_000);
        Assert.Null(box.Open("a", 300_000));
        using var other = box.Open("b", 900_000)!;
        await WriteAsync(other, new byte[900_000], 60_000);
    }

    [Fact]
    public void LeftoversGoAtTheStart()
    {
        Box(budget: 1 << 20);
        var left = Path.Combine(_folder, "letters", "x.letter");
        File.WriteAllText(left, "left");
        Box(budget: 1 << 20);
        Assert.False(File.Exists(left));
    }

    [Fact]
    public async Task ASmallLetterAllocatesLittle()
    {
        var box = Box(budget: 64 << 20);
        var content = new byte[4096];
        for (var i = 0; i < 100; i++)
            await OnceAsync();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            await OnceAsync();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 1, 400);

        async ValueTask OnceAsync()
        {
            using var letter = box.Open("a", null)!;
            content.CopyTo(letter.GetRoom()!.Value);
            await letter.AdvanceAsync(content.Length);
            await letter.SealAsync();
        }
    }

    private static async Task WriteAsync(ILetter letter, ReadOnlyMemory<byte> rest, int piece)
    {
        while (!rest.IsEmpty)
        {
            var room = letter.GetRoom()!.Value;
            var count = Math.Min(Math.Min(room.Length, piece), rest.Length);
            rest[..count].CopyTo(room);
            Assert.True(await letter.AdvanceAsync(count));
            rest = rest[count..];
        }
    }

    private async Task<bool> RoundTripAsync(int size, int piece, int head)
    {
        var box = Box(budget: 64 << 20);
        var content = RandomNumberGenerator.GetBytes(size);
        using var letter = box.Open("a", size)!;
        await WriteAsync(letter, content, piece);
        Assert.Equal(SHA256.HashData(content), await letter.SealAsync());
        Assert.Equal(size, letter.Length);
        var start = await letter.HeadAsync(head);
        Assert.True(start.Span.SequenceEqual(content.AsSpan(0, Math.Min(size, head))));
        // Twice, as a second backend would.
        for (var round = 0; round < 2; round++)
        {
            var read = new MemoryStream();
            for (var part = await letter.ReadAsync(0); !part.IsEmpty; part = await letter.ReadAsync(read.Length))
                read.Write(part.Span);
            Assert.True(content.AsSpan().SequenceEqual(read.ToArray()));
        }
        return true;
    }

    private LetterBox Box(long budget, params string[] tenants) => Box(budget, 1L << 32, tenants);

    private LetterBox Box(long budget, long onDisk, params string[] tenants) => new(new GatewaySettings
    {
        Hostname = "gate.example",
        DataFolder = _folder,
        Limits = new LimitSettings { LettersOnDisk = onDisk },
        Memory = new MemorySettings { Budget = budget, MessageInMemory = 200 * 1024 },
        Tenants = [.. tenants.Select(static name => new TenantSettings { Name = name, Domains = [], Backends = new BackendSettings { Smtp = [] } })],
    });
}
