using System.Globalization;
using Garita.SenderAuth.PublicSuffix;

namespace Garita.Gateway.Evidence.Impersonation;

/// <summary>A domain as look-alikes are compared: what was registered, its name in letters, and what that looks like.</summary>
internal sealed record OwnDomain(string Registered, string Name, string Skeleton)
{
    /// <summary>Shorter names are like too many others.</summary>
    internal const int LeastLetters = 5;

    private const int LettersForTwo = 9;
    private const int MostLetters = 64;

    private static readonly IdnMapping Idn = new() { AllowUnassigned = true };

    /// <summary>Makes it; null for what nobody can register.</summary>
    internal static OwnDomain? Make(string domain, PublicSuffixList suffixes)
    {
        if (suffixes.RegisteredDomain(domain) is not { } registered)
            return null;
        var name = Letters(registered[..registered.IndexOf('.', StringComparison.Ordinal)]);
        return new OwnDomain(registered, name, ConfusableText.Skeleton(name));
    }

    /// <summary>In which way another domain is like this one; null for not at all.</summary>
    internal Likeness? Compare(OwnDomain other, string otherDomain)
    {
        if (string.Equals(Registered, other.Registered, StringComparison.Ordinal))
            return null;
        if ($".{otherDomain}.".Contains($".{Registered}.", StringComparison.Ordinal))
            return Likeness.Beginning;
        if (string.Equals(Skeleton, other.Skeleton, StringComparison.Ordinal))
            return string.Equals(Name, other.Name, StringComparison.Ordinal) ? Likeness.OtherSuffix : Likeness.Confusable;
        if (Name.Length < LeastLetters)
            return null;
        if (other.Skeleton.Contains('-', StringComparison.Ordinal) && $"-{other.Skeleton}-".Contains($"-{Skeleton}-", StringComparison.Ordinal))
            return Likeness.Addition;
        return IsNear(Skeleton, other.Skeleton, Name.Length >= LettersForTwo ? 2 : 1) ? Likeness.NearlySame : null;
    }

    private static string Letters(string label)
    {
        if (!label.StartsWith("xn--", StringComparison.Ordinal))
            return label;
        try
        {
            return Idn.GetUnicode(label);
        }
        catch (ArgumentException)
        {
            // IdnMapping knows no Try method. What no program can show in letters is compared as it is.
            return label;
        }
    }

    /// <summary>Whether so many edits make one of the other: a letter put in, left out, changed, or two neighbours swapped.</summary>
    private static bool IsNear(string from, string to, int most)
    {
        if (Math.Abs(from.Length - to.Length) > most || from.Length > MostLetters || to.Length > MostLetters)
            return false;
        Span<int> before = stackalloc int[MostLetters + 1];
        Span<int> previous = stackalloc int[MostLetters + 1];
        Span<int> current = stackalloc int[MostLetters + 1];
        for (var column = 0; column <= to.Length; column++)
            previous[column] = column;
        for (var row = 1; row <= from.Length; row++)
        {
            current[0] = row;
            for (var column = 1; column <= to.Length; column++)
            {
                var isSame = from[row - 1] == to[column - 1];
                var edits = Math.Min(previous[column - 1] + (isSame ? 0 : 1), Math.Min(previous[column], current[column - 1]) + 1);
                if (row > 1 && column > 1 && from[row - 1] == to[column - 2] && from[row - 2] == to[column - 1])
                    edits = Math.Min(edits, before[column - 2] + 1);
                current[column] = edits;
            }

            var reused = before;
            before = previous;
            previous = current;
            current = reused;
        }

        return previous[to.Length] <= most;
    }
}
