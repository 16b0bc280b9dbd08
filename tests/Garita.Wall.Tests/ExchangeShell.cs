using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace Garita.Wall.Tests;

/// <summary>
/// A PowerShell with what the Exchange Management Shell has of use to a lockdown: two receive connectors, their rights, and files in a folder
/// of its own. Values come and go as texts, as Exchange takes them; <c>-WhatIf</c> is PowerShell's own.
/// </summary>
internal sealed class ExchangeShell : IDisposable
{
    private const string Commands = """
        $global:relay = 'ms-Exch-SMTP-Accept-Any-Recipient'
        function New-Connector { param($Name, $Binding, $Role, $Ranges, $Tarpit, $Groups)
            [pscustomobject]@{ Identity = "MX1\$Name"; Name = $Name; TransportRole = $Role; Bindings = @($Binding); RemoteIPRanges = @($Ranges); TarpitInterval = $Tarpit
                MaxInboundConnectionPerSource = '20'; MaxInboundConnectionPercentagePerSource = 2; MessageRateLimit = 'Unlimited'; PermissionGroups = $Groups; Rights = @('ms-Exch-SMTP-Submit', $global:relay) } }
        function Join-Path { param($Path, $ChildPath) [System.IO.Path]::Combine($Path, $ChildPath) }
        function Test-Path { param($LiteralPath) [System.IO.File]::Exists($LiteralPath) }
        function Rename-Item { param($LiteralPath, $NewName) [System.IO.File]::Move($LiteralPath, [System.IO.Path]::Combine([System.IO.Path]::GetDirectoryName($LiteralPath), $NewName)) }
        function Move-Item { param($LiteralPath, $Destination, [switch]$Force) [System.IO.File]::Move($LiteralPath, $Destination, [bool]$Force) }
        function Get-Date { [datetime]'2026-02-03 04:05:06' }
        function Write-Output { param([Parameter(Position = 0)]$InputObject) $InputObject }
        function Write-Warning { [CmdletBinding()] param([Parameter(Position = 0)]$Message) $PSCmdlet.WriteWarning($Message) }
        function Export-Clixml { param([Parameter(ValueFromPipeline)]$InputObject, $LiteralPath) begin { $all = @() } process { $all += $InputObject }
            end { [System.IO.File]::WriteAllText($LiteralPath, [System.Management.Automation.PSSerializer]::Serialize($all, 3)) } }
        function Import-Clixml { param($LiteralPath) [System.Management.Automation.PSSerializer]::Deserialize([System.IO.File]::ReadAllText($LiteralPath)) }
        function Get-ReceiveConnector { [CmdletBinding()] param($Server, $Identity)
            if ($Identity) { $global:connectors | Where-Object { $_.Identity -eq $Identity } } elseif ($Server -eq 'MX1') { $global:connectors } }
        function Set-ReceiveConnector { [CmdletBinding(SupportsShouldProcess)] param($Identity, [string[]]$RemoteIPRanges, [string]$TarpitInterval, [string]$MaxInboundConnectionPerSource, [int]$MaxInboundConnectionPercentagePerSource, [string]$MessageRateLimit)
            if (-not $PSCmdlet.ShouldProcess($Identity)) { return }
            if ($global:failing -eq $Identity) { $PSCmdlet.WriteError([System.Management.Automation.ErrorRecord]::new([System.TimeoutException]::new('the directory does not answer'), 'x', 'NotSpecified', $null)); return }
            $it = $global:connectors | Where-Object { $_.Identity -eq $Identity }
            foreach ($value in $PSBoundParameters.GetEnumerator()) { if ($value.Key -notin 'Identity', 'WhatIf') { $it."$($value.Key)" = $value.Value } } }
        function Get-ADPermission { [CmdletBinding()] param([Parameter(ValueFromPipeline)]$Identity, $User)
            process { foreach ($right in $Identity.Rights) { [pscustomobject]@{ Identity = $Identity.Identity; ExtendedRights = @($right); Deny = $false } } } }
        function Remove-ADPermission { [CmdletBinding(SupportsShouldProcess)] param([Parameter(ValueFromPipeline)]$Permission)
            process { if ($PSCmdlet.ShouldProcess('it')) { $it = $global:connectors | Where-Object { $_.Identity -eq $Permission.Identity }; $it.Rights = @($it.Rights | Where-Object { $Permission.ExtendedRights -notcontains $_ }) } } }
        function Add-ADPermission { [CmdletBinding()] param([Parameter(ValueFromPipeline)]$Identity, $User, $ExtendedRights)
            process { $Identity.Rights = @($Identity.Rights | Where-Object { $_ -ne $ExtendedRights }) + $ExtendedRights; 'added' } }
        """;

    private readonly Runspace _runspace;

    /// <param name="name">The name of the connector that takes mail from outside.</param>
    /// <param name="second">The binding of the second connector of the front end.</param>
    public ExchangeShell(string name = "Default Frontend MX1", string second = "192.0.2.9:25")
    {
        Folder = Directory.CreateTempSubdirectory("garita-exchange-").FullName;
        _runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        _runspace.Open();
        _runspace.SessionStateProxy.SetVariable("names", new[] { name, second });
        Run(Commands);
        Run("""
            $global:connectors = @(
                (New-Connector $names[0] @('[::]:25', '0.0.0.0:25') 'FrontendTransport' @('::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '0.0.0.0-255.255.255.255') '00:00:05' 'AnonymousUsers, ExchangeServers')
                (New-Connector 'Second' $names[1] 'FrontendTransport' @('198.51.100.0/24') '00:00:07' 'ExchangeServers')
                (New-Connector 'Client Frontend MX1' '0.0.0.0:587' 'FrontendTransport' @('0.0.0.0-255.255.255.255') '00:00:05' 'ExchangeUsers')
                (New-Connector 'Default MX1' '0.0.0.0:2525' 'HubTransport' @('0.0.0.0-255.255.255.255') '00:00:05' 'ExchangeUsers'))
            """);
    }

    public string Folder { get; }

    /// <summary>How all connectors stand.</summary>
    public string State => Run("$connectors | ForEach-Object { $_.Identity, ($_.RemoteIPRanges -join ' '), $_.TarpitInterval, $_.MaxInboundConnectionPerSource, $_.MaxInboundConnectionPercentagePerSource, $_.MessageRateLimit, (@($_.Rights) -join ' ') -join '; ' }").Text;

    public string Kept => Path.Combine(Folder, "Garita-ReceiveConnectors.xml");

    /// <summary>From now on the connector cannot be set; null: all can.</summary>
    public void Fail(string? identity) => _runspace.SessionStateProxy.SetVariable("failing", identity);

    /// <summary>Runs a script on the server; what it said, and the error that ended it.</summary>
    public (string Text, string? Error) Run(string script, string? mode = null)
    {
        using var shell = PowerShell.Create(_runspace);
        shell.AddScript("$env:ProgramData = $args[0]; $env:COMPUTERNAME = 'MX1'", useLocalScope: true).AddArgument(Folder).Invoke();
        shell.Commands.Clear();
        shell.AddScript(script, useLocalScope: script.StartsWith('#'));
        if (mode is not null)
            shell.AddParameter(mode);
        using var said = new PSDataCollection<PSObject>();
        string? error;
        try
        {
            shell.Invoke(null, said);
            error = shell.Streams.Error.FirstOrDefault()?.ToString();
        }
        catch (RuntimeException ended)
        {
            error = ended.Message;
        }

        var lines = said.Select(static line => line.ToString(null, CultureInfo.InvariantCulture)).Concat(shell.Streams.Warning.Select(static warning => "WARNING " + warning.Message));
        return (string.Join('\n', lines), error);
    }

    public void Dispose()
    {
        _runspace.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
