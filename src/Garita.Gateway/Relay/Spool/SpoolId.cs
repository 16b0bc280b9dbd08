using System.Globalization;

namespace Garita.Gateway.Relay.Spool;

/// <summary>
/// The id of a spooled message: its arrival in milliseconds (44 bits) and 20 bits that make it unique, written as 16 hexadecimal
/// digits. Order of ids is order of arrival, so that the index needs no second number.
/// </summary>
/// <param name="Value">The number.</param>
public readonly record struct SpoolId(ulong Value)
{
    private const int UniqueBits = 20;

    /// <summary>When it arrived (UTC).</summary>
    public DateTimeOffset Arrived => DateTimeOffset.FromUnixTimeMilliseconds((long)(Value >> UniqueBits));

    /// <summary>The first id of a moment.</summary>
    /// <param name="time">The moment.</param>
    public static SpoolId FirstOf(DateTimeOffset time) => new((ulong)Math.Max(0, time.ToUnixTimeMilliseconds()) << UniqueBits);

    /// <summary>Reads an id as it is written.</summary>
    /// <param name="text">16 hexadecimal digits.</param>
    /// <param name="id">The id.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out SpoolId id)
    {
        id = default;
        if (text.Length != 16 || !ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return false;
        id = new SpoolId(value);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
