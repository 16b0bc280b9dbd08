using System.Globalization;
using System.Net;

namespace Garita.Settings;

/// <summary>
/// Reads one table. A value that is absent gives its default; one that is wrong gives an error with its place, and the default, so that
/// the rest of the file is read too.
/// </summary>
internal sealed class TableReader
{
    private readonly SettingsTable _table;
    private readonly SettingsErrors _errors;
    private readonly string[] _known;

    public TableReader(SettingsTable table, string path, SettingsErrors errors)
    {
        _table = table;
        Path = path;
        _errors = errors;
        _known = SettingsKeys.ByTable[path];
        RefuseUnknownKeys();
    }

    public string Path { get; }

    public FilePlace Place => _table.Place;

    /// <summary>Names of the keys that are given and known.</summary>
    public IEnumerable<string> Keys => _table.Entries.Keys.Where(key => Array.IndexOf(_known, key) >= 0);

    /// <summary>The value's place, or the table's.</summary>
    public FilePlace PlaceOf(string key) => Find(key)?.Place ?? Place;

    public bool Has(string key) => Find(key) is not null;

    public void Error(FilePlace place, string message) => _errors.Add(place, message);

    /// <summary>Says what a value is and what it should be.</summary>
    public void Wrong(string key, SettingsNode found, string expected) => _errors.Add(found.Place, $"{Full(key)} is {found.Describe()}, expected {expected}");

    /// <summary>A string; null when absent or wrong.</summary>
    public SettingsScalar? Text(string key, string expected)
    {
        var node = Find(key);
        if (node is null or SettingsScalar { Value: string })
            return (SettingsScalar?)node;
        Wrong(key, node, expected);
        return null;
    }

    /// <summary>A string that must be there.</summary>
    public SettingsScalar? RequiredText(string key, string expected)
    {
        if (!Has(key))
            _errors.Add(Place, $"{Full(key)} is missing, expected {expected}");
        return Text(key, expected);
    }

    /// <summary>One string or a list of them.</summary>
    public IEnumerable<(SettingsScalar Node, string Text)> Texts(string key, string expected) => Items<string>(key, expected, mayBeOne: true);

    /// <summary>A list of whole numbers.</summary>
    public IEnumerable<(SettingsScalar Node, long Number)> Numbers(string key, string expected) => Items<long>(key, expected, mayBeOne: false);

    private IEnumerable<(SettingsScalar Node, T Value)> Items<T>(string key, string expected, bool mayBeOne)
    {
        switch (Find(key))
        {
            case null:
                break;
            case SettingsScalar { Value: T one } node when mayBeOne:
                yield return (node, one);
                break;
            case SettingsList list:
                foreach (var item in list.Items)
                {
                    if (item is SettingsScalar { Value: T value } scalar)
                        yield return (scalar, value);
                    else
                        Wrong(key, item, expected);
                }

                break;
            case var other:
                Wrong(key, other, expected);
                break;
        }
    }

    public int Whole(string key, int from, int to, int otherwise)
    {
        var node = Find(key);
        if (node is null)
            return otherwise;
        if (node is SettingsScalar { Value: long value } && value >= from && value <= to)
            return (int)value;
        Wrong(key, node, string.Create(CultureInfo.InvariantCulture, $"a whole number from {from} to {to}"));
        return otherwise;
    }

    /// <summary>A share from 0 to 1.</summary>
    public double Share(string key, double otherwise)
    {
        switch (Find(key))
        {
            case null:
                return otherwise;
            case SettingsScalar { Value: double value } when value is >= 0 and <= 1:
                return value;
            case SettingsScalar { Value: long and (0 or 1) } whole:
                return (long)whole.Value;
            case var other:
                Wrong(key, other, "a share from 0.0 to 1.0");
                return otherwise;
        }
    }

    /// <summary>A number, whole or not.</summary>
    public double Number(string key, double from, double to, double otherwise)
    {
        var node = Find(key);
        if (node is null)
            return otherwise;
        double? value = node is SettingsScalar scalar ? scalar.Value switch { double number => number, long whole => whole, _ => null } : null;
        if (value >= from && value <= to)
            return value.Value;
        Wrong(key, node, string.Create(CultureInfo.InvariantCulture, $"a number from {from} to {to}"));
        return otherwise;
    }

    public bool Flag(string key, bool otherwise)
    {
        switch (Find(key))
        {
            case null:
                return otherwise;
            case SettingsScalar { Value: bool value }:
                return value;
            case var other:
                Wrong(key, other, "true or false");
                return otherwise;
        }
    }

    public TimeSpan Duration(string key, TimeSpan from, TimeSpan to, TimeSpan otherwise)
    {
        var expected = $"a duration from \"{SettingsUnits.Text(from)}\" to \"{SettingsUnits.Text(to)}\" (units ms, s, min, h, d)";
        if (Text(key, expected) is not { } node)
            return otherwise;
        if (SettingsUnits.TryDuration((string)node.Value, out var value) && value >= from && value <= to)
            return value;
        Wrong(key, node, expected);
        return otherwise;
    }

    public long? Size(string key, long from, long to)
    {
        var expected = $"a size from \"{SettingsUnits.Text(from)}\" to \"{SettingsUnits.Text(to)}\" (units B, KiB, MiB, GiB)";
        if (Text(key, expected) is not { } node)
            return null;
        if (SettingsUnits.TrySize((string)node.Value, out var value) && value >= from && value <= to)
            return value;
        Wrong(key, node, expected);
        return null;
    }

    /// <summary>One word of several; some may be reserved for later versions.</summary>
    public T? Choice<T>(string key, (string Word, T Value)[] words, params ReadOnlySpan<string> later)
        where T : struct
    {
        var expected = OneOf(words.Select(static word => word.Word));
        if (Text(key, expected) is not { } node)
            return null;
        foreach (var (word, value) in words)
        {
            if (string.Equals(word, (string)node.Value, StringComparison.Ordinal))
                return value;
        }

        if (later.Contains((string)node.Value))
            _errors.Add(node.Place, $"{Full(key)} = {node.Describe()} is not available in this version, expected {expected}");
        else
            Wrong(key, node, expected + Suggestion((string)node.Value, words.Select(static word => word.Word)));
        return null;
    }

    /// <summary>A date, or a date and a time.</summary>
    public Tomlyn.TomlDateTime? Date(string key)
    {
        var node = Find(key);
        if (node is SettingsScalar { Value: Tomlyn.TomlDateTime { Kind: not Tomlyn.TomlDateTimeKind.LocalTime } date })
            return date;
        if (node is not null)
            Wrong(key, node, "a date such as 2027-01-01 or a time such as 2027-01-01T12:00:00Z, without quotes");
        return null;
    }

    /// <summary>Networks; a wrong one is left out.</summary>
    public IReadOnlyList<IPNetwork> Networks(string key)
    {
        var networks = new List<IPNetwork>();
        foreach (var (node, text) in Texts(key, "networks such as \"192.0.2.0/24\""))
        {
            if (NetworkText.TryNetwork(text, out var network) is { } expected)
                Wrong(key, node, expected);
            else
                networks.Add(network);
        }

        return networks;
    }

    /// <summary>IP end points; a wrong one is left out.</summary>
    public IReadOnlyList<(SettingsNode Node, IPEndPoint EndPoint)> EndPoints(string key)
    {
        var endPoints = new List<(SettingsNode, IPEndPoint)>();
        foreach (var (node, text) in Texts(key, "ADDRESS:PORT"))
        {
            if (NetworkText.TryEndPoint(text, out var endPoint))
                endPoints.Add((node, endPoint));
            else
                Wrong(key, node, "ADDRESS:PORT such as \"0.0.0.0:25\" or \"[::]:25\"");
        }

        return endPoints;
    }

    /// <summary>A table within this one; null when absent or wrong.</summary>
    public TableReader? Table(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case SettingsTable table:
                return new TableReader(table, Full(key), _errors);
            case var other:
                Wrong(key, other, $"a table: [{Full(key)}]");
                return null;
        }
    }

    /// <summary>The tables of a <c>[[key]]</c>.</summary>
    public IReadOnlyList<TableReader> Tables(string key)
    {
        var tables = new List<TableReader>();
        switch (Find(key))
        {
            case null:
                break;
            case SettingsList list:
                foreach (var item in list.Items)
                {
                    if (item is SettingsTable table)
                        tables.Add(new TableReader(table, Full(key), _errors));
                    else
                        Wrong(key, item, $"a table: [[{Full(key)}]]");
                }

                break;
            case var other:
                Wrong(key, other, $"[[{Full(key)}]] with double brackets, one for each");
                break;
        }

        return tables;
    }

    public static string OneOf(IEnumerable<string> words) => "one of " + string.Join(", ", words.Select(static word => $"\"{word}\""));

    public static string Suggestion(string wrong, IEnumerable<string> known) => SettingsKeys.Nearest(wrong, known) is { } near ? $"; did you mean {near}?" : "";

    private string Full(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    private SettingsNode? Find(string key)
    {
        if (Array.IndexOf(_known, key) < 0)
            throw new InvalidOperationException($"{Full(key)} is read but not in SettingsKeys");
        return _table.Entries.TryGetValue(key, out var entry) ? entry.Value : null;
    }

    private void RefuseUnknownKeys()
    {
        foreach (var (key, (place, _)) in _table.Entries)
        {
            if (Array.IndexOf(_known, key) >= 0)
                continue;
            if (SettingsKeys.Later.TryGetValue(Path, out var later) && Array.IndexOf(later, key) >= 0)
                _errors.Add(place, $"{Full(SafeText.Escape(key))} is not available in this version");
            else
                _errors.Add(place, $"unknown key {SafeText.Quote(key)} in {(Path.Length == 0 ? "the file" : $"[{Path}]")}, expected one of {string.Join(", ", _known)}{Suggestion(key, _known)}");
        }
    }
}
