namespace Garita.Hardening.Gateway;

/// <summary>A table of garita.toml: values by key, as far as checks ask for them.</summary>
internal sealed class GaritaTable
{
    /// <summary>Strings, numbers, truth values, lists and tables.</summary>
    public Dictionary<string, object> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the key is there.</summary>
    public bool Has(string key) => Entries.ContainsKey(key);

    /// <summary>A string, or null.</summary>
    public string? Text(string key) => Entries.GetValueOrDefault(key) as string;

    /// <summary>A truth value, or null.</summary>
    public bool? Flag(string key) => Entries.GetValueOrDefault(key) as bool?;

    /// <summary>Strings: one, or a list.</summary>
    public IReadOnlyList<string> Texts(string key) => Entries.GetValueOrDefault(key) switch
    {
        string one => [one],
        List<object> list => [.. list.OfType<string>()],
        _ => [],
    };

    /// <summary>Tables: one, or a list of them.</summary>
    public IReadOnlyList<GaritaTable> Tables(string key) => Entries.GetValueOrDefault(key) switch
    {
        GaritaTable one => [one],
        List<object> list => [.. list.OfType<GaritaTable>()],
        _ => [],
    };
}
