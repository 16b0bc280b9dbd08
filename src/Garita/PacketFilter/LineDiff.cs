namespace Garita.PacketFilter;

/// <summary>What differs between two texts, line by line.</summary>
internal static class LineDiff
{
    /// <summary>Lines that go, with '-', and lines that come, with '+'.</summary>
    public static IEnumerable<string> Of(string before, string after)
    {
        var (from, to) = (before.Split('\n', StringSplitOptions.RemoveEmptyEntries), after.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        // Longest common subsequence; rulesets have some hundred lines.
        var common = new int[from.Length + 1, to.Length + 1];
        for (var i = from.Length - 1; i >= 0; i--)
        {
            for (var j = to.Length - 1; j >= 0; j--)
                common[i, j] = Same(i, j) ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        for (int i = 0, j = 0; i < from.Length || j < to.Length;)
        {
            if (i < from.Length && j < to.Length && Same(i, j))
                (i, j) = (i + 1, j + 1);
            else if (j >= to.Length || (i < from.Length && common[i + 1, j] >= common[i, j + 1]))
                yield return "- " + from[i++];
            else
                yield return "+ " + to[j++];
        }

        bool Same(int i, int j) => string.Equals(from[i], to[j], StringComparison.Ordinal);
    }
}
