using System.Net;
using System.Text;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;

namespace Garita.Settings;

/// <summary>Reads <c>[[tenant]]</c> with its backends, recipients and rules.</summary>
/// <param name="absolute">Makes a path of the file absolute.</param>
/// <param name="rules">The modes for everybody.</param>
/// <param name="harvest">What harvesters may learn, for everybody.</param>
/// <param name="listeners">Where Garita itself listens, to refuse a backend that is Garita.</param>
internal sealed class TenantReader(Func<string, string> absolute, RuleModes rules, HarvestSettings harvest, IReadOnlyList<ListenerSettings> listeners)
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
                MessagesPerHour = table.Whole("messages_per_hour", 0, 10_000_000, 0),
                RecipientsPerHour = table.Whole("recipients_per_hour", 0, 10_000_000, 0),
                Backends = Backends(table),
                Recipients = new RecipientReader(absolute).Read(table),
                Harvest = HarvestReader.Read(table.Table("harvest"), harvest),
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

    private BackendSettings Backends(TableReader tenant)
    {
        if (tenant.Table("backends") is not { } table)
        {
            if (!tenant.Has("backends"))
                tenant.Error(tenant.Place, "[tenant.backends] is missing, expected it with smtp = [\"HOST:PORT\"]");
            return new BackendSettings { Smtp = [] };
        }

        var backends = new BackendSettings
        {
            Smtp = Addresses(table, out var nodes),
            Tls = table.Choice<BackendTls>("tls", [("required", BackendTls.Required), ("opportunistic", BackendTls.Opportunistic), ("none", BackendTls.None)]),
            Ca = table.Text("ca", "the path of a PEM file") is { Value: string { Length: > 0 } ca } ? absolute(ca) : null,
            Pin = Pin(table),
            TlsName = TlsName(table),
            PassClient = table.Choice<PassClient>("pass_client", [("none", PassClient.None), ("xclient", PassClient.XClient), ("proxy", PassClient.Proxy)]) ?? PassClient.None,
            Connections = table.Whole("connections", 1, 1000, 20),
        };
        CheckTls(table, backends, nodes);
        return backends;
    }

    private List<BackendAddress> Addresses(TableReader table, out List<SettingsNode> nodes)
    {
        var addresses = new List<BackendAddress>();
        nodes = [];
        if (!table.Has("smtp"))
            table.Error(table.Place, "tenant.backends.smtp is missing, expected \"HOST:PORT\"");
        foreach (var (node, text) in table.Texts("smtp", "HOST:PORT"))
        {
            if (NetworkText.TryBackend(text, absolute, out var backend) is { } expected)
            {
                table.Wrong("smtp", node, expected);
                continue;
            }

            if (IsOwn(backend!))
                table.Wrong("smtp", node, "another address: a listener of Garita has this one, and mail would go round in a circle");
            addresses.Add(backend!);
            nodes.Add(node);
        }

        if (addresses.Count == 0 && table.Has("smtp"))
            table.Error(table.PlaceOf("smtp"), "tenant.backends.smtp has no usable address, expected at least one");
        return addresses;
    }

    private bool IsOwn(BackendAddress backend) => !backend.IsUnix && NetworkText.TryAddress(backend.Host, out var address)
        && listeners.Any(listener => listener.Bind.Any(bind => bind.Port == backend.Port
            && (bind.Address.Equals(address) || (IPAddress.IsLoopback(address) && (bind.Address.Equals(IPAddress.Any) || bind.Address.Equals(IPAddress.IPv6Any))))));

    /// <summary>What is known of addresses before any name is looked up; the relay checks the same of what names lead to.</summary>
    private static void CheckTls(TableReader table, BackendSettings backends, List<SettingsNode> nodes)
    {
        if (backends.Tls == BackendTls.None && (backends.Pin is not null || backends.Ca is not null || backends.TlsName is not null))
            table.Error(table.PlaceOf("tls"), "tenant.backends.tls is \"none\", expected \"required\" where ca, pin or tls_name is given");
        for (var i = 0; i < backends.Smtp.Count; i++)
        {
            var backend = backends.Smtp[i];
            if (backend.IsUnix || !NetworkText.TryAddress(backend.Host, out var address) || !NetworkText.IsPublic(address))
                continue;
            if (backends.Tls is BackendTls.None or BackendTls.Opportunistic)
                table.Error(nodes[i].Place, $"tenant.backends.smtp has the public address {backend}, expected tls = \"required\" for it");
            else if (backends.Pin is null && backends.TlsName is null)
                table.Error(nodes[i].Place, $"tenant.backends.smtp has the bare public address {backend}, expected pin or tls_name with it, or a host name");
        }
    }

    private static byte[]? Pin(TableReader table)
    {
        // RFC 7469 §2.4: the fingerprint of the SubjectPublicKeyInfo, in base64.
        const string Expected = "\"sha256/\" and the base64 of 32 octets";
        if (table.Text("pin", Expected) is not { Value: string { Length: > 0 } text } node)
            return null;
        var pin = new byte[33];
        if (text.StartsWith("sha256/", StringComparison.Ordinal) && Convert.TryFromBase64String(text[7..], pin, out var length) && length == 32)
            return pin[..32];
        table.Wrong("pin", node, Expected);
        return null;
    }

    private static string? TlsName(TableReader table)
    {
        const string Expected = "the host name in the certificate";
        if (table.Text("tls_name", Expected) is not { Value: string { Length: > 0 } text } node)
            return null;
        if (DomainName.TryNormalize(Encoding.UTF8.GetBytes(text), smtpUtf8: true, out var name))
            return name;
        table.Wrong("tls_name", node, Expected);
        return null;
    }
}
