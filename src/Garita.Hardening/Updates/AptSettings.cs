using System.Text;
using Garita.Hardening.Host;

namespace Garita.Hardening.Updates;

/// <summary>What apt.conf(5) says in all its files; names are compared in any case, later files win.</summary>
internal sealed class AptSettings
{
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<string>> _lists = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>All names that have a value.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>The host's settings.</summary>
    /// <param name="host">The host.</param>
    public static AptSettings Read(View host)
    {
        var settings = new AptSettings();
        // apt.conf(5): no extension or .conf, and no letters that backups and packagers use; then the main file.
        foreach (var name in (host.List("/etc/apt/apt.conf.d") ?? []).Where(IsRead))
            settings.Add(host, host.Read("/etc/apt/apt.conf.d/" + name) ?? "");
        settings.Add(host, host.Read("/etc/apt/apt.conf") ?? "");
        return settings;
    }

    /// <summary>The items of a list.</summary>
    /// <param name="name">Its name.</param>
    public IReadOnlyList<string> List(string name) => _lists.GetValueOrDefault(name) ?? [];

    /// <summary>A value, or null.</summary>
    /// <param name="name">Its name.</param>
    public string? Value(string name) => _values.GetValueOrDefault(name);

    /// <summary>Whether a value says yes.</summary>
    /// <param name="value">A value.</param>
    public static bool IsYes(string? value) => value?.ToLowerInvariant() is "1" or "yes" or "true" or "with" or "on" or "enable";

    /// <summary>Whether apt reads a file of this name from a folder of parts.</summary>
    /// <param name="name">The name.</param>
    public static bool IsRead(string name) =>
        name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') && (!name.Contains('.', StringComparison.Ordinal) || name.EndsWith(".conf", StringComparison.Ordinal));

    private void Add(View host, string text)
    {
        var scopes = new Stack<string>();
        var statement = new List<string>();
        foreach (var token in Tokens(text))
        {
            switch (token)
            {
                case "{":
                    scopes.Push(Scoped(scopes, statement.Count > 0 ? statement[0] : ""));
                    statement.Clear();
                    break;
                case "}":
                    End(host, scopes, statement);
                    scopes.TryPop(out _);
                    break;
                case ";":
                    End(host, scopes, statement);
                    break;
                default:
                    statement.Add(token);
                    break;
            }
        }
        End(host, scopes, statement);
    }

    private void End(View host, Stack<string> scopes, List<string> statement)
    {
        switch (statement)
        {
            case ["#clear", .. var names]:
                foreach (var name in names)
                    Clear(Scoped(scopes, name));
                break;
            case ["#include", ['"', .. var path]]:
                Add(host, host.Read(path) ?? "");
                break;
            // A value alone is one more item of the list it stands in; so is one behind a name that ends with colons.
            case [['"', .. var item]] when scopes.TryPeek(out var list):
                Item(list, item);
                break;
            case [var name, var value] when name.EndsWith("::", StringComparison.Ordinal):
                Item(Scoped(scopes, name[..^2]), value.TrimStart('"'));
                break;
            case [var name, var value]:
                _values[Scoped(scopes, name)] = value.TrimStart('"');
                break;
            default:
                break;
        }
        statement.Clear();
    }

    private void Clear(string name)
    {
        foreach (var known in _values.Keys.Where(known => known.Equals(name, StringComparison.OrdinalIgnoreCase) || known.StartsWith(name + "::", StringComparison.OrdinalIgnoreCase)).ToArray())
            _values.Remove(known);
        _lists.Remove(name);
    }

    private void Item(string list, string item)
    {
        if (!_lists.TryGetValue(list, out var items))
            _lists[list] = items = [];
        items.Add(item);
    }

    private static string Scoped(Stack<string> scopes, string name)
    {
        var plain = name.TrimStart('"');
        return scopes.TryPeek(out var scope) && scope.Length > 0 ? $"{scope}::{plain}" : plain;
    }

    /// <summary>Braces, semicolons, words, and quoted texts with their first quote before them; comments left out.</summary>
    private static IEnumerable<string> Tokens(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var rest = text.AsSpan(at);
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (rest.StartsWith("/*"))
            {
                var end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                at = end < 0 ? text.Length : end + 2;
            }
            else if (rest.StartsWith("//") || (text[at] == '#' && !rest.StartsWith("#clear ") && !rest.StartsWith("#include ")))
            {
                var end = text.IndexOf('\n', at);
                at = end < 0 ? text.Length : end;
            }
            else if (text[at] is '{' or '}' or ';')
            {
                yield return text[at++].ToString();
            }
            else if (text[at] == '"')
            {
                var token = new StringBuilder("\"");
                for (at++; at < text.Length && text[at] != '"'; at++)
                {
                    if (text[at] == '\\' && at + 1 < text.Length)
                        at++;
                    token.Append(text[at]);
                }
                at++;
                yield return token.ToString();
            }
            else
            {
                var start = at;
                while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not '{' and not '}' and not ';' and not '"')
                    at++;
                yield return text[start..at];
            }
        }
    }
}
