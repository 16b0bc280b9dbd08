using System.Text;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;

namespace Garita.Settings;

/// <summary>Reads <c>[[tenant]]</c> with its recipients and rules.</summary>
/// <param name="absolute">Makes a path of the file absolute.</param>
/// <param name="rules">The modes for everybody.</param>
/// <param name="harvest">What harvesters may learn, for everybody.</param>
/// <param name="score">How what rules and engines say adds up, for everybody.</param>
/// <param name="attachments">The policy for attachments, for everybody.</param>
/// <param name="backends">Reads the mail servers.</param>
internal sealed class TenantReader(Func<string, string> absolute, RuleModes rules, HarvestSettings harvest, ScoreSettings score, AttachmentSettings attachments, BackendReader backends)
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
                WhenBackendDown = table.Choice<WhenBackendDown>("when_backend_down", [("defer", WhenBackendDown.Defer), ("spool", WhenBackendDown.Spool)]) ?? WhenBackendDown.Defer,
                Dsn = table.Flag("dsn", otherwise: false),
                MessagesPerHour = table.Whole("messages_per_hour", 0, 10_000_000, 0),
                RecipientsPerHour = table.Whole("recipients_per_hour", 0, 10_000_000, 0),
                Backends = backends.Tenant(table),
                Recipients = new RecipientReader(absolute).Read(table),
                Harvest = HarvestReader.Read(table.Table("harvest"), harvest),
                Score = ScoreReader.Read(table.Table("score"), score),
                Quarantine = QuarantineReader.Read(table.Table("quarantine")),
                Impersonation = ImpersonationReader.Read(table),
                Attachments = AttachmentReader.Read(table.Table("attachments"), attachments),
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
}
