using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using Garita.Gateway.Rules;
using Tomlyn;

namespace Garita.Settings;

/// <summary>Reads <c>[[exception]]</c>.</summary>
internal static class ExceptionReader
{
    public static IReadOnlyList<ExceptionRule> Read(TableReader file)
    {
        var exceptions = new List<ExceptionRule>();
        foreach (var table in file.Tables("exception"))
        {
            IPNetwork? client = null;
            if (table.Text("client", "a network or an address") is { } node)
            {
                if (NetworkText.TryNetwork((string)node.Value, out var network) is { } expected)
                    table.Wrong("client", node, expected);
                else
                    client = network;
            }

            var exception = new ExceptionRule
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"file:{table.Place.Line}"),
                Client = client,
                Helo = Pattern(table, "helo", ExceptionText.HeloExpected, ExceptionText.Helo),
                Sender = Pattern(table, "sender", ExceptionText.SenderExpected, ExceptionText.Sender),
                Recipient = Pattern(table, "recipient", ExceptionText.RecipientExpected, ExceptionText.Recipient),
                Rules = Rules(table),
                Block = table.Choice("verdict", [("block", true)]) ?? false,
                Until = Until(table),
                Comment = Comment(table),
            };
            if (!table.Has("client") && !table.Has("helo") && !table.Has("sender") && !table.Has("recipient"))
                table.Error(table.Place, "exception matches everybody, expected at least one of client, helo, sender, recipient");
            if (table.Has("rules") == table.Has("verdict"))
                table.Error(table.Place, "exception has " + (table.Has("rules") ? "both rules and verdict" : "neither rules nor verdict") + ", expected rules = [\"SLUG\"] or verdict = \"block\"");
            exceptions.Add(exception);
        }

        return exceptions;
    }

    private static string? Pattern(TableReader table, string key, string expected, Func<string, string?> normalize)
    {
        if (table.Text(key, expected) is not { } node)
            return null;
        var pattern = normalize((string)node.Value);
        if (pattern is null)
            table.Wrong(key, node, expected);
        return pattern;
    }

    private static FrozenSet<string> Rules(TableReader table)
    {
        var slugs = new List<string>();
        foreach (var (node, slug) in table.Texts("rules", "slugs of rules"))
        {
            if (ExceptionText.RuleProblem(slug) is { } problem)
                table.Error(node.Place, "exception.rules: " + problem);
            else
                slugs.Add(slug);
        }

        return slugs.ToFrozenSet(StringComparer.Ordinal);
    }

    private static DateTimeOffset? Until(TableReader table)
    {
        if (!table.Has("until"))
            return null;
        if (table.Date("until") is not { } date)
            return null;
        return date.Kind is TomlDateTimeKind.OffsetDateTimeByZ or TomlDateTimeKind.OffsetDateTimeByNumber
            ? date.DateTime.ToUniversalTime()
            : new DateTimeOffset(date.DateTime.DateTime, TimeSpan.Zero);
    }

    private static string Comment(TableReader table)
    {
        if (table.Text("comment", ExceptionText.CommentExpected) is not { } node)
            return "";
        if (ExceptionText.IsComment((string)node.Value))
            return (string)node.Value;
        table.Wrong("comment", node, ExceptionText.CommentExpected);
        return "";
    }
}
