using System.Collections.Frozen;
using Garita.Gateway.Evidence.Content;
using Garita.Gateway.Settings;

namespace Garita.Settings;

/// <summary>Reads <c>[attachments]</c> and <c>[tenant.attachments]</c>.</summary>
internal static class AttachmentReader
{
    /// <summary>The class that each key names.</summary>
    private static readonly (string Key, AttachmentClass Class)[] Classes =
    [
        ("executables", AttachmentClass.Executables), ("scripts", AttachmentClass.Scripts), ("links", AttachmentClass.Links), ("macros", AttachmentClass.Macros),
        ("disk_images", AttachmentClass.DiskImages), ("encrypted_archives", AttachmentClass.EncryptedArchives), ("unreadable_archives", AttachmentClass.UnreadableArchives),
        ("bombs", AttachmentClass.Bombs), ("html_smuggling", AttachmentClass.HtmlSmuggling), ("listed", AttachmentClass.Listed),
    ];

    private static readonly (string, AttachmentAction)[] Actions =
    [
        ("rule", AttachmentAction.Rule), ("pass", AttachmentAction.Pass), ("tag", AttachmentAction.Tag), ("strip", AttachmentAction.Strip),
        ("quarantine", AttachmentAction.Quarantine), ("reject", AttachmentAction.Reject),
    ];

    /// <summary>The keys of the table.</summary>
    public static string[] Keys => [.. Classes.Select(static pair => pair.Key), "extensions", "allowed_extensions"];

    /// <summary>The policy of a table put over another.</summary>
    public static AttachmentSettings Read(TableReader? table, AttachmentSettings below)
    {
        if (table is null)
            return below;
        var actions = Classes.ToDictionary(static pair => pair.Class, pair => table.Choice(pair.Key, Actions) ?? below[pair.Class]);
        return new AttachmentSettings
        {
            Actions = actions.ToFrozenDictionary(),
            Extensions = table.Has("extensions") ? Extensions(table, "extensions") : below.Extensions,
            Allowed = table.Has("allowed_extensions") ? Extensions(table, "allowed_extensions") : below.Allowed,
        };
    }

    private static List<string> Extensions(TableReader table, string key)
    {
        const string Expected = "extensions such as \"xyz\", letters and digits";
        var extensions = new List<string>();
        foreach (var (node, text) in table.Texts(key, Expected))
        {
            var extension = text.TrimStart('.').ToLowerInvariant();
            if (extension.Length is 0 or > 32 || !extension.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
                table.Wrong(key, node, Expected);
            else
                extensions.Add(extension);
        }

        return extensions;
    }
}
