namespace Garita.Hardening.Gateway;

/// <summary>Garita's own installation.</summary>
internal static class GatewayChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new GatewaySettingsRights(),
        new GatewaySecretRights(),
        new GatewayDataRights(),
        new GatewayControlSocket(),
        new GatewayWardenSocket(),
        new GatewayProgramRights(),
        new GatewayUnitUser(),
        new GatewayUnitPrivileges(),
        new GatewayUnitMemory(),
        new GatewayUnitSandbox(),
        new GatewayWardenUnit(),
        new GatewayRules(),
        new GatewayBackendTls(),
        new GatewayTrustedNetworks(),
        new GatewayNeverBan(),
        new GatewayBans(),
        new GatewayCertificate(),
        new GatewayAdminEndpoint(),
        new GatewayWall(),
        new GatewayDirectoryTls(),
        new GatewayEngines(),
        new GatewayAlarms(),
        new GatewayLedger(),
        new GatewayExceptions(),
        new GatewayRecipients(),
    ];
}
