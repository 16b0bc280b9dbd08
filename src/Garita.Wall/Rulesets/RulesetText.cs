using System.Globalization;
using System.Net;
using System.Text;

namespace Garita.Wall.Rulesets;

/// <summary>Writes nftables text: lines, blocks, and values that can only be what their type says.</summary>
internal sealed class RulesetText
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public void Line(string line) => _text.Append(' ', 2 * _depth).AppendLine(line);

    public void Block(string head, Action body)
    {
        Line(head + " {");
        _depth++;
        body();
        _depth--;
        Line("}");
    }

    public override string ToString() => _text.ToString();

    public static string Set(IEnumerable<IPNetwork> networks, bool isV6) => Set(Prefixes.Outermost(networks, isV6).Select(Prefixes.Text));

    public static string Set(IEnumerable<int> numbers) => Set(numbers.Distinct().Order().Select(static number => number.ToString(CultureInfo.InvariantCulture)));

    public static string Set(IEnumerable<string> values) => $"{{ {string.Join(", ", values)} }}";

    /// <summary>An interface by its name.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static string Interface(string name)
    {
        if (name.Length is 0 or > 15 || !name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_'))
            throw new ArgumentException("no name of an interface", nameof(name));
        return $"\"{name}\"";
    }

    /// <summary>A comment of a rule: what is no letter, digit or mark that harms nothing is left out.</summary>
    public static string Comment(string text)
    {
        var plain = string.Concat(text.Where(static character => char.IsAsciiLetterOrDigit(character) || character is ' ' or '.' or '-' or '_' or ':' or '/' or ',').Take(100));
        return $"comment \"{plain}\"";
    }
}
