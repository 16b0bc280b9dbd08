using System.Text;

namespace Garita.Wall.Lockdown;

/// <summary>
/// A lockdown as PowerShell for the Exchange Management Shell (Exchange 2013 and later): the receive connectors on the mail port take the
/// gateway alone, and anonymous clients may not relay through them. Nothing in it is put together from text at run time.
/// </summary>
public static class ExchangeLockdown
{
    /// <summary>The script; without a switch it only shows what it would do.</summary>
    /// <param name="plan">What is let in.</param>
    /// <param name="connector">The receive connector's name; null: all of the front end on the mail ports.</param>
    public static string Render(LockdownPlan plan, string? connector = null)
    {
        var text = new StringBuilder();
        text.Comment("#",
        [
            $"Exchange of the mail server {plan.Backend}: on port {LockdownText.Ports(plan.MailPorts, ", ")} the gateway alone is served.",
            "In the Exchange Management Shell, as a member of Server Management, on the mail server:",
            "  .\\lockdown.ps1            # shows what would change (-WhatIf); nothing changes",
            "  .\\lockdown.ps1 -Apply     # keeps the settings in a file, then sets them",
            "  .\\lockdown.ps1 -Undo      # the kept settings again",
            "Your login is not touched by it; mail that does not come any more does: try with  garita wall probe  and a message from outside.",
            "Other Exchange servers and programs that send through this port must be in also_from, or have a connector of their own.",
        ]);
        var ranges = string.Join(", ", plan.AllowedClients.Select(static network => ShellText.QuotePowerShell(LockdownText.Network(network))));
        text.Line("[CmdletBinding()]")
            .Line("param([switch]$Apply, [switch]$Undo, [string]$Server = $env:COMPUTERNAME)")
            .Line("$ErrorActionPreference = 'Stop'")
            .Line($"$ranges = @({ranges}, '127.0.0.1', '::1')")
            .Line($"$ports = @({LockdownText.Ports(plan.MailPorts, ", ")})")
            .Line($"$name = {(connector is null ? "$null" : ShellText.QuotePowerShell(connector))}");
        return text.Append(Actions).ToString();
    }

    private const string Actions = """
        $kept = Join-Path $env:ProgramData 'Garita-ReceiveConnectors.xml'
        $relay = 'ms-Exch-SMTP-Accept-Any-Recipient'
        $anonymous = 'NT AUTHORITY\ANONYMOUS LOGON'

        if ($Undo) {
            if (-not (Test-Path -LiteralPath $kept)) { throw "Nothing is kept in $kept." }
            foreach ($old in @(Import-Clixml -LiteralPath $kept)) {
                Set-ReceiveConnector -Identity $old.Identity -RemoteIPRanges $old.RemoteIPRanges `
                    -TarpitInterval $old.TarpitInterval -MaxInboundConnectionPerSource $old.MaxInboundConnectionPerSource `
                    -MaxInboundConnectionPercentagePerSource $old.MaxInboundConnectionPercentagePerSource -MessageRateLimit $old.MessageRateLimit
                if ($old.AnonymousRelay) {
                    Get-ReceiveConnector -Identity $old.Identity | Add-ADPermission -User $anonymous -ExtendedRights $relay | Out-Null
                }
            }
            Rename-Item -LiteralPath $kept -NewName ('Garita-ReceiveConnectors-{0:yyyyMMdd-HHmmss}.xml' -f (Get-Date))
            Write-Output 'As before.'
            return
        }

        # A binding as text has its port at the end, also where the shell is a remote one and hands out copies.
        $connectors = @(Get-ReceiveConnector -Server $Server | Where-Object {
            if ($null -ne $name) { $_.Name -eq $name }
            else { $_.TransportRole -eq 'FrontendTransport' -and @($_.Bindings | Where-Object { "$_" -match ':([0-9]+)$' -and $ports -contains [int]$Matches[1] }).Count -gt 0 }
        })
        if ($connectors.Count -eq 0) { throw "No receive connector on port $($ports -join ', ') of $Server. See: Get-ReceiveConnector | Format-Table Name, Bindings, TransportRole" }
        # Exchange takes no two with the same binding and the same ranges: better told before the first is set.
        $bound = @{}
        foreach ($connector in $connectors) {
            foreach ($binding in @($connector.Bindings | ForEach-Object { "$_" })) {
                if ($bound.ContainsKey($binding)) {
                    throw "$($connector.Identity) and $($bound[$binding]) both serve $binding, and cannot take the same clients. Nothing was changed. Make the script for the one that takes mail from outside ( --connector NAME ), and look at whom the other takes."
                }
                $bound[$binding] = "$($connector.Identity)"
            }
        }

        if ($Apply) {
            # What was before the first time is what -Undo means, also where another connector came first. Texts, so that they come back as they went in.
            $former = @(if (Test-Path -LiteralPath $kept) { Import-Clixml -LiteralPath $kept })
            $known = @($former | ForEach-Object { $_.Identity })
            $new = @($connectors | Where-Object { $known -notcontains "$($_.Identity)" } | ForEach-Object {
                [pscustomobject]@{
                    Identity = "$($_.Identity)"
                    RemoteIPRanges = @($_.RemoteIPRanges | ForEach-Object { "$_" })
                    TarpitInterval = "$($_.TarpitInterval)"
                    MaxInboundConnectionPerSource = "$($_.MaxInboundConnectionPerSource)"
                    MaxInboundConnectionPercentagePerSource = [int]$_.MaxInboundConnectionPercentagePerSource
                    MessageRateLimit = "$($_.MessageRateLimit)"
                    AnonymousRelay = @($_ | Get-ADPermission -User $anonymous | Where-Object { "$($_.ExtendedRights)" -like "*$relay*" -and -not $_.Deny }).Count -gt 0
                }
            })
            if ($new.Count -gt 0) {
                # Whole or not at all: half a file would be taken for what was before.
                $former + $new | Export-Clixml -LiteralPath "$kept.new"
                Move-Item -LiteralPath "$kept.new" -Destination $kept -Force
                Write-Output "The former settings are in $kept."
            }
        }

        try {
            foreach ($connector in $connectors) {
                Write-Output "$($connector.Identity): from $($connector.RemoteIPRanges -join ', ') to $($ranges -join ', ')"
                if ("$($connector.PermissionGroups)" -notmatch 'AnonymousUsers') {
                    Write-Warning "$($connector.Identity) takes no anonymous mail, and the gateway is an anonymous client: it would be refused (PermissionGroups)."
                }
                # First the relay right: mail of strangers now comes from the gateway's address, and must not be let out again.
                $connector | Get-ADPermission -User $anonymous | Where-Object { "$($_.ExtendedRights)" -like "*$relay*" -and -not $_.Deny } |
                    Remove-ADPermission -Confirm:$false -WhatIf:(-not $Apply)
                # One busy client that has judged already: neither slowed nor counted. The tarpit would hold up call-ahead.
                Set-ReceiveConnector -Identity $connector.Identity -RemoteIPRanges $ranges `
                    -TarpitInterval 00:00:00 -MaxInboundConnectionPerSource Unlimited -MaxInboundConnectionPercentagePerSource 100 `
                    -MessageRateLimit Unlimited -WhatIf:(-not $Apply)
            }
        }
        catch {
            if ($Apply) { Write-Warning 'Not all of it was set. As before: .\lockdown.ps1 -Undo' }
            throw
        }
        if ($Apply) { Write-Output 'In force. Back: .\lockdown.ps1 -Undo' } else { Write-Output 'Nothing was changed. In force with: .\lockdown.ps1 -Apply' }

        """;
}
