using System.Net;
using System.Text;
using Garita.Gateway.Settings;
using Garita.Protocols.Address;

namespace Garita.Settings;

/// <summary>Reads where mail goes: <c>[tenant.backends]</c> and <c>[outbound]</c>.</summary>
/// <param name="absolute">Makes a path of the file absolute.</param>
/// <param name="listeners">Where Garita itself listens, to refuse a backend that is Garita.</param>
internal sealed class BackendReader(Func<string, string> absolute, IReadOnlyList<ListenerSettings> listeners)
{
    /// <summary>The <c>[tenant.backends]</c> of a tenant.</summary>
    public BackendSettings Tenant(TableReader tenant)
    {
        if (tenant.Table("backends") is not { } table)
        {
            if (!tenant.Has("backends"))
                tenant.Error(tenant.Place, "[tenant.backends] is missing, expected it with smtp = [\"HOST:PORT\"]");
            return new BackendSettings { Smtp = [] };
        }

        var backends = new BackendSettings
        {
            Smtp = Addresses(table, "smtp", out var nodes),
            Tls = table.Choice<BackendTls>("tls", [("required", BackendTls.Required), ("opportunistic", BackendTls.Opportunistic), ("none", BackendTls.None)]),
            Ca = table.Text("ca", "the path of a PEM file") is { Value: string { Length: > 0 } ca } ? absolute(ca) : null,
            Pin = Pin(table),
            TlsName = TlsName(table),
            PassClient = table.Choice<PassClient>("pass_client", [("none", PassClient.None), ("xclient", PassClient.XClient), ("proxy", PassClient.Proxy)]) ?? PassClient.None,
            Connections = table.Whole("connections", 1, 1000, 20),
        };
        CheckTls(table, "smtp", backends, nodes);
        return backends;
    }

    /// <summary>The smarthost of <c>[outbound]</c>; null for none.</summary>
    public BackendSettings? Outbound(TableReader file)
    {
        if (file.Table("outbound") is not { } table)
            return null;
        var backends = new BackendSettings
        {
            Smtp = Addresses(table, "smarthost", out var nodes),
            Tls = table.Choice<BackendTls>("tls", [("required", BackendTls.Required), ("opportunistic", BackendTls.Opportunistic), ("none", BackendTls.None)]),
            Ca = table.Text("ca", "the path of a PEM file") is { Value: string { Length: > 0 } ca } ? absolute(ca) : null,
            Pin = Pin(table),
            TlsName = TlsName(table),
            Connections = 2,
        };
        CheckTls(table, "smarthost", backends, nodes);
        return backends;
    }

    private List<BackendAddress> Addresses(TableReader table, string key, out List<SettingsNode> nodes)
    {
        var addresses = new List<BackendAddress>();
        nodes = [];
        if (!table.Has(key))
            table.Error(table.Place, $"{table.Path}.{key} is missing, expected \"HOST:PORT\"");
        foreach (var (node, text) in table.Texts(key, "HOST:PORT"))
        {
            if (NetworkText.TryBackend(text, absolute, out var backend) is { } expected)
            {
                table.Wrong(key, node, expected);
                continue;
            }

            if (IsOwn(backend!))
                table.Wrong(key, node, "another address: a listener of Garita has this one, and mail would go round in a circle");
            addresses.Add(backend!);
            nodes.Add(node);
        }

        if (addresses.Count == 0 && table.Has(key))
            table.Error(table.PlaceOf(key), $"{table.Path}.{key} has no usable address, expected at least one");
        return addresses;
    }

    private bool IsOwn(BackendAddress backend) => !backend.IsUnix && NetworkText.TryAddress(backend.Host, out var address)
        && listeners.Any(listener => listener.Bind.Any(bind => bind.Port == backend.Port
            && (bind.Address.Equals(address) || (IPAddress.IsLoopback(address) && (bind.Address.Equals(IPAddress.Any) || bind.Address.Equals(IPAddress.IPv6Any))))));

    /// <summary>What is known of addresses before any name is looked up; the relay checks the same of what names lead to.</summary>
    private static void CheckTls(TableReader table, string key, BackendSettings backends, List<SettingsNode> nodes)
    {
        if (backends.Tls == BackendTls.None && (backends.Pin is not null || backends.Ca is not null || backends.TlsName is not null))
            table.Error(table.PlaceOf("tls"), $"{table.Path}.tls is \"none\", expected \"required\" where ca, pin or tls_name is given");
        for (var i = 0; i < backends.Smtp.Count; i++)
        {
            var backend = backends.Smtp[i];
            if (backend.IsUnix || !NetworkText.TryAddress(backend.Host, out var address) || !PublicAddress.Is(address))
                continue;
            if (backends.Tls is BackendTls.None or BackendTls.Opportunistic)
                table.Error(nodes[i].Place, $"{table.Path}.{key} has the public address {backend}, expected tls = \"required\" for it");
            else if (backends.Pin is null && backends.TlsName is null)
                table.Error(nodes[i].Place, $"{table.Path}.{key} has the bare public address {backend}, expected pin or tls_name with it, or a host name");
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
