using Tomlyn.Syntax;

namespace Garita.Settings;

/// <summary>A value of the file with the place where it stands.</summary>
internal abstract class SettingsNode(FilePlace place)
{
    public FilePlace Place { get; } = place;

    /// <summary>The value as an error message shows it.</summary>
    public abstract string Describe();
}

/// <summary>A string, number, truth value or date.</summary>
internal sealed class SettingsScalar(FilePlace place, object value) : SettingsNode(place)
{
    public object Value { get; } = value;

    public override string Describe() => Value switch
    {
        string text => SafeText.Quote(text),
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => Value.ToString() ?? "",
    };
}

/// <summary>A list.</summary>
internal sealed class SettingsList(FilePlace place) : SettingsNode(place)
{
    public List<SettingsNode> Items { get; } = [];

    public override string Describe() => "a list";
}

/// <summary>A table; keys stay in the order of the file.</summary>
internal sealed class SettingsTable(FilePlace place) : SettingsNode(place)
{
    public OrderedDictionary<string, (FilePlace Key, SettingsNode Value)> Entries { get; } = new(StringComparer.Ordinal);

    public override string Describe() => "a table";
}

/// <summary>
/// Makes tables of Tomlyn's syntax tree. Its deserialiser is not used: it ignores unknown keys silently, and it knows neither the place
/// of a value that is well-formed but wrong nor how to go on after the first such value.
/// </summary>
internal static class SettingsTree
{
    /// <summary>Makes the tree of a document without syntax errors.</summary>
    public static SettingsTable Build(DocumentSyntax document, SettingsErrors errors)
    {
        var root = new SettingsTable(new FilePlace(1, 1));
        foreach (var item in document.KeyValues)
            AddValue(root, item, errors);
        foreach (var heading in document.Tables)
        {
            if (heading.Name is null)
                continue;
            var keys = Keys(heading.Name);
            var parent = root;
            foreach (var (name, place) in keys[..^1])
                parent = Descend(parent, name, place, errors);
            var (last, lastPlace) = keys[^1];
            var table = heading is TableArraySyntax ? Append(parent, last, lastPlace, errors) : Descend(parent, last, lastPlace, errors);
            foreach (var item in heading.Items)
                AddValue(table, item, errors);
        }

        return root;
    }

    /// <summary>Tomlyn counts from 0.</summary>
    public static FilePlace PlaceOf(SourceSpan span) => new(span.Start.Line + 1, span.Start.Column + 1);

    private static void AddValue(SettingsTable table, KeyValueSyntax item, SettingsErrors errors)
    {
        if (item.Key is null || item.Value is null)
            return;
        var keys = Keys(item.Key);
        foreach (var (name, place) in keys[..^1])
            table = Descend(table, name, place, errors);
        var (last, lastPlace) = keys[^1];
        if (!table.Entries.TryAdd(last, (lastPlace, Value(item.Value, errors))))
            errors.Add(lastPlace, $"{last} is given twice");
    }

    private static SettingsNode Value(ValueSyntax syntax, SettingsErrors errors)
    {
        var place = PlaceOf(syntax.Span);
        switch (syntax)
        {
            case StringValueSyntax text:
                return new SettingsScalar(place, text.Value ?? "");
            case IntegerValueSyntax whole:
                return new SettingsScalar(place, whole.Value);
            case FloatValueSyntax number:
                return new SettingsScalar(place, number.Value);
            case BooleanValueSyntax flag:
                return new SettingsScalar(place, flag.Value);
            case DateTimeValueSyntax date:
                return new SettingsScalar(place, date.Value);
            case ArraySyntax array:
                var list = new SettingsList(place);
                foreach (var item in array.Items)
                {
                    if (item.Value is { } value)
                        list.Items.Add(Value(value, errors));
                }

                return list;
            case InlineTableSyntax inline:
                var table = new SettingsTable(place);
                foreach (var item in inline.Items)
                {
                    if (item.KeyValue is { } pair)
                        AddValue(table, pair, errors);
                }

                return table;
            default:
                return new SettingsScalar(place, syntax.ToString() ?? "");
        }
    }

    private static SettingsTable Descend(SettingsTable parent, string name, FilePlace place, SettingsErrors errors)
    {
        if (!parent.Entries.TryGetValue(name, out var entry))
        {
            var made = new SettingsTable(place);
            parent.Entries.Add(name, (place, made));
            return made;
        }

        switch (entry.Value)
        {
            case SettingsTable table:
                return table;
            case SettingsList { Items: [.., SettingsTable last] }:
                return last;
            default:
                errors.Add(place, $"{name} is {entry.Value.Describe()} in line {entry.Key.Line}, and a table here");
                return new SettingsTable(place);
        }
    }

    private static SettingsTable Append(SettingsTable parent, string name, FilePlace place, SettingsErrors errors)
    {
        var made = new SettingsTable(place);
        if (!parent.Entries.TryGetValue(name, out var entry))
        {
            entry = (place, new SettingsList(place));
            parent.Entries.Add(name, entry);
        }

        if (entry.Value is SettingsList list)
            list.Items.Add(made);
        else
            errors.Add(place, $"[[{name}]] here, but {entry.Value.Describe()} in line {entry.Key.Line}");
        return made;
    }

    private static List<(string Name, FilePlace Place)> Keys(KeySyntax key)
    {
        var keys = new List<(string, FilePlace)> { One(key.Key) };
        foreach (var dotted in key.DotKeys)
            keys.Add(One(dotted.Key));
        return keys;

        static (string, FilePlace) One(BareKeyOrStringValueSyntax? part) => part switch
        {
            BareKeySyntax bare => (bare.Key?.Text ?? "", PlaceOf(bare.Span)),
            StringValueSyntax quoted => (quoted.Value ?? "", PlaceOf(quoted.Span)),
            _ => ("", default),
        };
    }
}
