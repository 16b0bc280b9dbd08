using System.Globalization;
using System.Runtime.InteropServices;

namespace Garita.Protocols.Ldap;

/// <summary>
/// Which of an attribute's values an answer has, where the server does not give all at once (MS-ADTS 3.1.1.3.1.3.3): Active Directory gives no more
/// than 1,500 and says so with an option, <c>;range=0-1499</c>; the last part ends with <c>*</c>.
/// </summary>
/// <param name="From">The first value.</param>
/// <param name="To">The last value; null where there are no more behind.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LdapRange(int From, int? To)
{
    private const string Option = "range=";

    /// <summary>Whether options have a range.</summary>
    /// <param name="options">Options with their semicolons.</param>
    public static bool IsIn(string options) => options.Contains(';' + Option, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the range among options.</summary>
    /// <param name="options">Options with their semicolons.</param>
    /// <param name="range">The range.</param>
    /// <returns>Whether there is one that makes sense.</returns>
    public static bool TryRead(string options, out LdapRange range)
    {
        range = default;
        var start = options.IndexOf(';' + Option, StringComparison.OrdinalIgnoreCase);
        if (start < 0)
            return false;
        var text = options.AsSpan(start + 1 + Option.Length);
        if (text.IndexOf(';') is var end and >= 0)
            text = text[..end];
        var dash = text.IndexOf('-');
        if (dash < 0 || !int.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var from))
            return false;
        if (text[(dash + 1)..] is "*")
        {
            range = new LdapRange(from, null);
            return true;
        }

        if (!int.TryParse(text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var to) || to < from || to == int.MaxValue)
            return false;
        range = new LdapRange(from, to);
        return true;
    }

    /// <summary>The description that asks for the values from one on.</summary>
    /// <param name="attribute">The attribute.</param>
    /// <param name="from">The first value.</param>
    public static string Ask(string attribute, int from) => string.Create(CultureInfo.InvariantCulture, $"{attribute};{Option}{from}-*");
}
