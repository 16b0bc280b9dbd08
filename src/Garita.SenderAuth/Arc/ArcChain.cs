using System.Globalization;
using System.Runtime.InteropServices;
using Garita.SenderAuth.Dkim;
using Garita.SenderAuth.Spf;

namespace Garita.SenderAuth.Arc;

/// <summary>A set as its three fields say (RFC 8617 §4.2).</summary>
[StructLayout(LayoutKind.Auto)]
internal record struct ArcFields
{
    internal SignedField? Results { get; set; }

    internal SignedField? Message { get; set; }

    internal SignedField? Seal { get; set; }

    internal readonly bool IsWhole => Results is not null && Message is not null && Seal is not null;
}

/// <summary>The ARC fields of a message, sorted into sets (RFC 8617 §5.2 steps 1 to 3). Nothing is verified here.</summary>
internal sealed class ArcChain
{
    /// <summary>RFC 8617 §4.2.1.</summary>
    internal const int MaxSets = 50;

    private const int MaxResults = 4096;

    private readonly ArcFields[] _sets = new ArcFields[MaxSets + 1];

    private ArcChain()
    {
    }

    /// <summary>The highest instance; 0 for no chain.</summary>
    internal int Count { get; private set; }

    /// <summary>What is wrong with its structure; null for nothing.</summary>
    internal string? Problem { get; private set; }

    /// <summary>A set, from 1.</summary>
    internal ref readonly ArcFields this[int instance] => ref _sets[instance];

    /// <summary>Sorts the fields.</summary>
    internal static ArcChain Read(SignedFields fields)
    {
        var chain = new ArcChain();
        foreach (var field in fields.All)
        {
            var isSeal = fields.Is(field, "ARC-Seal"u8);
            var isMessage = !isSeal && fields.Is(field, "ARC-Message-Signature"u8);
            if (!isSeal && !isMessage && !fields.Is(field, "ARC-Authentication-Results"u8))
                continue;
            var value = fields.Value(field);
            var instance = isSeal || isMessage ? Instance(TagList.Parse(value) is { } tags ? tags["i"] : null) : InstanceOfResults(value, out _);
            if (instance == 0)
            {
                chain.Problem ??= "a field has no instance";
                continue;
            }

            ref var set = ref chain._sets[instance];
            if ((isSeal ? set.Seal : isMessage ? set.Message : set.Results) is not null)
                chain.Problem ??= "a field stands twice in one set";
            if (isSeal)
                set.Seal = field;
            else if (isMessage)
                set.Message = field;
            else
                set.Results = field;
            chain.Count = Math.Max(chain.Count, instance);
        }

        for (var instance = 1; instance <= chain.Count; instance++)
        {
            if (!chain._sets[instance].IsWhole)
                chain.Problem ??= "a set is not whole";
        }

        return chain;
    }

    /// <summary>What a hop found, safe to show.</summary>
    internal static string Results(string value)
    {
        _ = InstanceOfResults(value, out var rest);
        var unfolded = string.Join(' ', value[rest..].Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        return PrintableText.Make(unfolded, MaxResults);
    }

    // RFC 8617 §4.1.1: the instance stands before all else, and a semicolon behind it.
    private static int InstanceOfResults(string value, out int rest)
    {
        rest = 0;
        var semicolon = value.IndexOf(';', StringComparison.Ordinal);
        if (semicolon < 0)
            return 0;
        var tag = value.AsSpan(0, semicolon).Trim(TagList.WhiteSpace);
        if (tag.IsEmpty || tag[0] != 'i')
            return 0;
        tag = tag[1..].TrimStart(TagList.WhiteSpace);
        if (tag.IsEmpty || tag[0] != '=')
            return 0;
        rest = semicolon + 1;
        return Instance(tag[1..].TrimStart(TagList.WhiteSpace));
    }

    private static int Instance(ReadOnlySpan<char> digits) =>
        digits.Length <= 2 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= MaxSets ? number : 0;
}
