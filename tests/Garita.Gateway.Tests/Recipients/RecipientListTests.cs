using System.Globalization;
using System.Text;
using CsCheck;
using Garita.Gateway.Recipients;
using Xunit;

namespace Garita.Gateway.Tests.Recipients;

public sealed class RecipientListTests
{
    [Fact]
    public void Addresses_comments_catch_alls_and_bad_lines()
    {
        var reading = Read("""
            # staff
            Anna@Example.com
              bob@example.com   # away
            "o brien"@example.com
            gar\u00EDta@example.com
            @example.org
            nonsense
            eve@elsewhere.example
            a..b@example.com
            anna@example.com
            """.Replace("\\u00ED", "\u00ED", StringComparison.Ordinal).ReplaceLineEndings("\r\n"), "example.com", "example.org");
        Assert.Equal(5, reading.List.Count);
        Assert.True(reading.List.Contains("anna", "example.com"));
        Assert.True(reading.List.Contains("ANNA", "example.com"));
        Assert.True(reading.List.Contains("bob", "example.com"));
        Assert.True(reading.List.Contains("o brien", "example.com"));
        Assert.True(reading.List.Contains("gar\u00EDta", "example.com"));
        Assert.True(reading.List.Contains("", "example.org"));
        Assert.False(reading.List.Contains("", "example.com"));
        Assert.False(reading.List.Contains("bo", "example.com"));
        Assert.False(reading.List.Contains("eve", "elsewhere.example"));
        Assert.Equal([7, 8, 9], reading.BadLines.Select(static bad => bad.Line));
        Assert.Equal(3, reading.BadLineCount);
    }

    [Fact]
    public void Case_counts_where_it_is_asked_for()
    {
        var list = RecipientFileReader.Read(Stream("Anna@EXAMPLE.com\n"), caseSensitive: true, ["example.com"]).List;
        Assert.True(list.Contains("Anna", "example.com"));
        Assert.False(list.Contains("anna", "example.com"));
    }

    [Fact]
    public void Over_long_lines_and_a_missing_last_line_end()
    {
        var reading = Read("a@example.com\n" + new string('x', 200_000) + "@example.com\nb@example.com");
        Assert.Equal(2, reading.List.Count);
        Assert.Equal([2], reading.BadLines.Select(static bad => bad.Line));
    }

    [Fact]
    public void What_was_added_is_found_and_nothing_else() =>
        Gen.Int[0, 5_000].List[0, 500].Sample(
            numbers =>
            {
                var list = Read(string.Concat(numbers.Select(static i => Invariant($"user{i}@example.com\n")))).List;
                var set = numbers.ToHashSet();
                Assert.Equal(set.Count, list.Count);
                for (var i = 0; i <= 5_000; i += 7)
                    Assert.Equal(set.Contains(i), list.Contains(Invariant($"user{i}"), "example.com"));
            },
            iter: 100);

    [Fact]
    public void Hundred_thousand_are_compact_and_looked_up_without_allocation()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 100_000; i++)
            text.Append(CultureInfo.InvariantCulture, $"first.last{i}@example.com\n");
        using var stream = Stream(text.ToString());
        var before = GC.GetAllocatedBytesForCurrentThread();
        var list = RecipientFileReader.Read(stream, caseSensitive: false, ["example.com"]).List;
        // Ten MB for all that was made on the way: a tenth of what a million may take.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
        Assert.Equal(100_000, list.Count);
        before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(list.Contains("First.Last99999", "example.com"));
        Assert.False(list.Contains("first.last100000", "example.com"));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Losses_are_counted()
    {
        var old = Read("a@example.com\nb@example.com\nc@example.com\n").List;
        Assert.Equal(2, old.CountMissingIn(Read("b@example.com\nd@example.com\n").List));
        Assert.Equal(3, old.CountMissingIn(RecipientList.Empty));
    }

    private static RecipientReading Read(string text, params string[] domains) => RecipientFileReader.Read(Stream(text), caseSensitive: false, domains.Length == 0 ? null : domains);

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
