using Garita.Gateway.Settings;

namespace Garita.Settings;

/// <summary>Reads <c>[tenant.recipients]</c>.</summary>
/// <param name="absolute">Makes a path of the file absolute.</param>
internal sealed class RecipientReader(Func<string, string> absolute)
{
    public RecipientSettings Read(TableReader tenant)
    {
        var defaults = new RecipientSettings();
        if (tenant.Table("recipients") is not { } table)
            return defaults;
        var source = table.Choice<RecipientSource>("source", [("file", RecipientSource.File), ("ldap", RecipientSource.Ldap), ("call-ahead", RecipientSource.CallAhead), ("any", RecipientSource.Any)]);
        var file = table.Text("file", "the path of a file with one address a line");
        if (source == RecipientSource.File && !table.Has("file"))
            table.Error(table.Place, "tenant.recipients.file is missing, expected it where source is \"file\"");
        if (file is not null && source != RecipientSource.File)
            table.Error(file.Place, "tenant.recipients.file is given, expected source = \"file\" with it");
        var ldap = table.Table("ldap");
        if (source == RecipientSource.Ldap && !table.Has("ldap"))
            table.Error(table.Place, "[tenant.recipients.ldap] is missing, expected it where source is \"ldap\"");
        if (ldap is not null && source != RecipientSource.Ldap)
            table.Error(ldap.Place, "[tenant.recipients.ldap] is given, expected source = \"ldap\" with it");
        if (table.Has("call_ahead") && source != RecipientSource.CallAhead)
            table.Error(table.PlaceOf("call_ahead"), "[tenant.recipients.call_ahead] is given, expected source = \"call-ahead\" with it");
        return new RecipientSettings
        {
            Source = source ?? defaults.Source,
            CallAhead = CallAhead(table.Table("call_ahead")),
            File = file is null ? null : absolute((string)file.Value),
            Ldap = ldap is null ? null : new LdapReader(absolute).Read(ldap),
            Subaddress = Subaddress(table, defaults.Subaddress),
            CaseSensitive = table.Flag("case_sensitive", defaults.CaseSensitive),
            MayLose = table.Share("may_lose", defaults.MayLose),
        };
    }

    private static CallAheadSettings CallAhead(TableReader? table)
    {
        var defaults = new CallAheadSettings();
        return table is null ? defaults : new CallAheadSettings
        {
            KeepKnown = table.Duration("keep_known", TimeSpan.FromMinutes(1), TimeSpan.FromDays(30), defaults.KeepKnown),
            KeepUnknown = table.Duration("keep_unknown", TimeSpan.FromMinutes(1), TimeSpan.FromDays(1), defaults.KeepUnknown),
            Timeout = table.Duration("timeout", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), defaults.Timeout),
        };
    }

    private static string Subaddress(TableReader table, string otherwise)
    {
        const string Expected = "at most 4 characters that part user and tag, such as \"+\", or \"\" for none";
        if (table.Text("subaddress", Expected) is not { } node)
            return otherwise;
        var text = (string)node.Value;
        if (text.Length <= 4 && text.All(static character => character is > ' ' and < '\x7f' and not ('@' or '"' or '\\' or '.') && !char.IsAsciiLetterOrDigit(character)))
            return text;
        table.Wrong("subaddress", node, Expected);
        return otherwise;
    }
}
