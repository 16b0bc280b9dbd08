using System.Text;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;

namespace Garita.Settings;

/// <summary>Reads <c>[[tenant]]</c> with its recipients and rules.</summary>
/// <param name="absolute">Makes a path of the file absolute.</param>
/// <param name="rules">The modes for everybody.</param>
/// <param name="backends">Reads the mail servers.</param>
internal sealed class TenantReader(Func<string, string> absolute, RuleModes rules, BackendReader backends)
{
    private readonly Dictionary<string, string> _tenantOf = new(StringComparer.Ordinal);

    public IReadOnlyList<TenantSettings> Read(TableReader file)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var tenants = new List<TenantSettings>();
        foreach (var table in file.Tables("tenant"))
        {
            var name = Names.Read(table, names);
            tenants.Add(new TenantSettings
            {
                Name = name,
                Domains = Domains(table, name),
                WhenBackendDown = table.Choice<WhenBackendDown>("when_backend_down", [("defer", WhenBackendDown.Defer)], "spool") ?? WhenBackendDown.Defer,
                Backends = backends.Tenant(table),
                Recipients = Recipients(table),
                Rules = RuleReader.Modes(table.Table("rules"), rules),
            });
        }

        if (tenants.Count == 0)
            file.Error(file.PlaceOf("tenant"), "there is no [[tenant]], expected at least one: without it all mail is refused");
        return tenants;
    }

    private List<string> Domains(TableReader table, string tenant)
    {
        const string Expected = "mail domains such as \"example.com\"";
        var domains = new List<string>();
        if (!table.Has("domains"))
            table.Error(table.Place, $"tenant.domains is missing, expected {Expected}");
        foreach (var (node, text) in table.Texts("domains", Expected))
        {
            if (!DomainName.TryNormalize(Encoding.UTF8.GetBytes(text), smtpUtf8: true, out var domain))
                table.Wrong("domains", node, Expected);
            else if (!_tenantOf.TryAdd(domain!, tenant))
                table.Error(node.Place, $"tenant.domains has {domain}, which tenant {SafeText.Quote(_tenantOf[domain!])} has already, expected each domain once");
            else
                domains.Add(domain!);
        }

        return domains;
    }

    private RecipientSettings Recipients(TableReader tenant)
    {
        var defaults = new RecipientSettings();
        if (tenant.Table("recipients") is not { } table)
            return defaults;
        var source = table.Choice<RecipientSource>("source", [("file", RecipientSource.File), ("call-ahead", RecipientSource.CallAhead), ("any", RecipientSource.Any)], "ldap");
        var file = table.Text("file", "the path of a file with one address a line");
        if (source == RecipientSource.File && !table.Has("file"))
            table.Error(table.Place, "tenant.recipients.file is missing, expected it where source is \"file\"");
        if (file is not null && source != RecipientSource.File)
            table.Error(file.Place, "tenant.recipients.file is given, expected source = \"file\" with it");
        if (table.Has("call_ahead") && source != RecipientSource.CallAhead)
            table.Error(table.PlaceOf("call_ahead"), "[tenant.recipients.call_ahead] is given, expected source = \"call-ahead\" with it");
        return new RecipientSettings
        {
            Source = source ?? defaults.Source,
            CallAhead = CallAhead(table.Table("call_ahead")),
            File = file is null ? null : absolute((string)file.Value),
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
