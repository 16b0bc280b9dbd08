using Garita.Hardening.Host;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Garita.Hardening.Gateway;

/// <summary>
/// Garita's own settings, as written: this library does not know what they may be, only what it looks for. Settings with errors are no settings;
/// <c>garita check</c> says what is wrong with them.
/// </summary>
internal sealed class GaritaSettings
{
    private const string Usual = "/etc/garita/garita.toml";

    private GaritaSettings(string path, GaritaTable root)
    {
        Path = path;
        Root = root;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The file's own table.</summary>
    public GaritaTable Root { get; }

    /// <summary>Where mail in transit, the ledger and control.sock are.</summary>
    public string DataFolder => Absolute(Root.Text("data") ?? "/var/lib/garita");

    /// <summary>Null when there are none.</summary>
    public static GaritaSettings? Read(View host)
    {
        var path = File(host);
        if (host.Read(path) is not { } text)
            return null;
        var document = SyntaxParser.Parse(text, path, validate: true);
        if (document.HasErrors)
            throw new CannotLookException($"{path} has errors: garita check --config {path}");
        return new(path, Tree(document));
    }

    /// <summary>The file that the unit names.</summary>
    public static string File(View host)
    {
        var words = GaritaUnit.Read(host, GaritaUnit.Gateway)?.All("ExecStart").SelectMany(Text.Words).ToArray() ?? [];
        var at = Array.IndexOf(words, "--config");
        return at >= 0 && at + 1 < words.Length ? words[at + 1] : Usual;
    }

    /// <summary>A path of the file.</summary>
    public string Absolute(string path) => System.IO.Path.GetFullPath(path, System.IO.Path.GetDirectoryName(Path) ?? "/");

    /// <summary>All tables at a place, as in <c>tenant.backends</c>, each with the name of the tenant it is in.</summary>
    public IReadOnlyList<(string Owner, GaritaTable Table)> Tables(params ReadOnlySpan<string> place)
    {
        List<(string Owner, GaritaTable Table)> tables = [("", Root)];
        foreach (var key in place)
            tables = [.. tables.SelectMany(parent => parent.Table.Tables(key).Select(table => (table.Text("name") is { } name ? $"{key} {name}" : parent.Owner, table)))];
        return tables;
    }

    private static GaritaTable Tree(DocumentSyntax document)
    {
        var root = new GaritaTable();
        foreach (var item in document.KeyValues)
            Add(root, item);
        foreach (var heading in document.Tables)
        {
            if (heading.Name is null)
                continue;
            var keys = Keys(heading.Name);
            var parent = keys[..^1].Aggregate(root, Descend);
            var table = heading is TableArraySyntax ? Append(parent, keys[^1]) : Descend(parent, keys[^1]);
            foreach (var item in heading.Items)
                Add(table, item);
        }
        return root;
    }

    private static void Add(GaritaTable table, KeyValueSyntax item)
    {
        if (item.Key is null || item.Value is null)
            return;
        var keys = Keys(item.Key);
        keys[..^1].Aggregate(table, Descend).Entries[keys[^1]] = Value(item.Value);
    }

    private static object Value(ValueSyntax syntax)
    {
        switch (syntax)
        {
            case StringValueSyntax text:
                return text.Value ?? "";
            case IntegerValueSyntax whole:
                return whole.Value;
            case FloatValueSyntax number:
                return number.Value;
            case BooleanValueSyntax flag:
                return flag.Value;
            case ArraySyntax array:
                return array.Items.Select(static item => item.Value).OfType<ValueSyntax>().Select(Value).ToList();
            case InlineTableSyntax inline:
                var table = new GaritaTable();
                foreach (var item in inline.Items)
                {
                    if (item.KeyValue is { } pair)
                        Add(table, pair);
                }
                return table;
            default:
                return syntax.ToString() ?? "";
        }
    }

    private static GaritaTable Descend(GaritaTable parent, string key)
    {
        switch (parent.Entries.GetValueOrDefault(key))
        {
            case GaritaTable table:
                return table;
            case List<object> list when list.LastOrDefault() is GaritaTable last:
                return last;
            default:
                var made = new GaritaTable();
                parent.Entries[key] = made;
                return made;
        }
    }

    private static GaritaTable Append(GaritaTable parent, string key)
    {
        var made = new GaritaTable();
        if (parent.Entries.GetValueOrDefault(key) is List<object> list)
            list.Add(made);
        else
            parent.Entries[key] = new List<object> { made };
        return made;
    }

    private static string[] Keys(KeySyntax key) => [Name(key.Key), .. key.DotKeys.Select(static dotted => Name(dotted.Key))];

    private static string Name(BareKeyOrStringValueSyntax? part) => part switch
    {
        BareKeySyntax bare => bare.Key?.Text ?? "",
        StringValueSyntax quoted => quoted.Value ?? "",
        _ => "",
    };
}
